import * as v from "valibot";
import { type Fragment, isUnreachable, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { describeError, logger } from "../base/log.ts";
import * as Money from "../base/money.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import { forecastOf, threshold, within } from "./method.ts";
import { Query, type Reason, type Result } from "./schema.ts";

const unit = sql`${Fare.sharesPerUnit}::int`;

/**
 * Says how often a price fell that stood as that of the journey does at `at`, or why nothing is said. The price is that of
 * the stored answer, which `caller` looks up in its own Redis request, else that of a watched fare, of 48 hours.
 * @throws Problem `flight.not_sellable`
 */
export async function ask(query: unknown, at: Date, caller?: Flight.Caller): Promise<Result> {
  const question: Flight.Criteria = { ...v.parse(Query, query), maxStops: null };
  await Flight.checkDates(question, at, "#");
  const [stored] = await Flight.storedInRedis([question], caller);
  const price = Fare.lastPrice(stored, at)?.price ?? null;
  const { origin, destination, departureDate, returnDate, cabin, currency } = question;
  const source = Flight.provider.name;
  const paying = Flight.payingPassengers(question);
  const row = await keep(
    sql`
      select ${origin}::text as origin,
             ${destination}::text as destination,
             ${departureDate}::date as departure_date,
             ${returnDate}::date as return_date,
             ${cabin}::text as cabin,
             ${currency}::text as currency,
             ${paying}::int as paying,
             coalesce(
               ${price}::bigint,
               (
                 select min(watched.price)::bigint
                   from (${Fare.watchedPrices(question, [departureDate], source, at)}) as watched
               )
             ) as price`,
    source,
    at,
  );
  return toInfo(row!, source);
}

/**
 * Says the same of a watch: of its fare, or of the cheapest of its fares, without its wishes; with a limit of stops, of
 * the lowest price that was seen for these dates since yesterday (UTC).
 * @throws Problem `watch.missing` (also for another user's)
 */
export async function forWatch(userId: string, watchId: string, at: Date): Promise<Result> {
  const source = Flight.provider.name;
  const isFresh = sql`part.source = ${source}
                  and part.status <> 'no_results'
                  and part.priced_at between ${new Date(at.getTime() - Fare.maxPriceAge)}::timestamptz and ${at}::timestamptz`;
  const row = await keep(
    sql`
      select part.origin,
             part.destination,
             part.departure_date,
             part.return_date,
             part.cabin,
             part.currency,
             part.adults + cardinality(part.child_ages) as paying,
             case
               when part.max_stops is null then case when ${isFresh} then part.price end
               else (
                      select (route_days.lowest * (part.adults + cardinality(part.child_ages)) / ${unit})::bigint
                        from route_samples
                        join route_days
                          on route_days.sample_id = route_samples.id
                         and route_days.day >= (${at}::timestamptz at time zone 'utc')::date - 1
                         and route_days.first < ${at}::timestamptz
                       where route_samples.origin = part.origin
                         and route_samples.destination = part.destination
                         and route_samples.cabin = part.cabin
                         and route_samples.currency = part.currency
                         and route_samples.part = dates_part(part.departure_date, part.return_date)
                         and route_samples.source = ${source}
                       order by route_days.day desc
                       limit 1
                    )
             end as price
        from price_watches
        join watch_fares on watch_fares.watch_id = price_watches.id
       cross join lateral (
               select watch_fares.fare_id as id
                where not exists (select from basket_fares where basket_fares.basket_id = watch_fares.fare_id)
                union all
               select basket_fares.fare_id
                 from basket_fares
                where basket_fares.basket_id = watch_fares.fare_id
             ) as parts
        join fares as part on part.id = parts.id
       where price_watches.id = ${watchId}
         and price_watches.user_id = ${userId}
       order by ${isFresh} is true desc,
                part.price,
                part.departure_date,
                part.id
       limit 1`,
    source,
    at,
  );
  if (!row) throw new Problem("missing", "watch.missing", "There is no such watch.");
  return toInfo(row, source);
}

type Row = Pick<
  Result,
  "probability" | "baseRate" | "cases" | "origin" | "destination" | "departureDate" | "returnDate"
> & {
  why: Reason | null;
  currency: string;
  price: number | null;
};

/**
 * Forecasts the journey that `journey` selects, and keeps what is said in the same statement: the first of a day (UTC). If
 * it cannot be kept, it is logged, and said all the same.
 */
async function keep(journey: Fragment, source: string, at: Date): Promise<Row | undefined> {
  const read = (kept: Fragment) => sql`
    with priced as materialized (
      ${journey}
    ), given as materialized (
      select priced.*,
             priced.price * (${unit} / priced.paying) as share
        from priced
    ), ${forecastOf(at, source)}${kept}
    select forecast.why,
           forecast.probability,
           forecast.base_rate as "baseRate",
           forecast.cases,
           forecast.origin,
           forecast.destination,
           forecast.departure_date::text as "departureDate",
           forecast.return_date::text as "returnDate",
           forecast.currency,
           forecast.price::float8
      from forecast`;
  const kept = sql`, kept as (
      insert into forecasts
        (day, at, origin, destination, cabin, currency, departure_date, return_date, source, share, cases, base_rate,
         probability, why)
      select forecast.day,
             ${at}::timestamptz,
             forecast.origin,
             forecast.destination,
             forecast.cabin,
             forecast.currency,
             forecast.departure_date,
             forecast.return_date,
             ${source},
             forecast.share,
             forecast.cases,
             forecast.base_rate,
             forecast.probability,
             forecast.why
        from forecast
          on conflict do nothing
    )`;
  try {
    const [row] = await read(kept);
    return row as Row | undefined;
  } catch (error) {
    if (isUnreachable(error)) throw error;
    logger.error("forecast.not_kept", { error: describeError(error) });
    const [row] = await read(sql``);
    return row as Row | undefined;
  }
}

function toInfo({ why, price, currency, ...row }: Row, source: string): Result {
  return {
    status: why === null ? "answered" : "abstained",
    why,
    probability: row.probability,
    baseRate: row.baseRate,
    cases: row.cases,
    within,
    threshold,
    origin: row.origin,
    destination: row.destination,
    departureDate: row.departureDate,
    returnDate: row.returnDate,
    price: price === null ? null : Money.toInfo(price, currency),
    source,
    simulated: Flight.isSimulated(source),
  };
}
