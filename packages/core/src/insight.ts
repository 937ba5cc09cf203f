import * as v from "valibot";
import { sql } from "./base/db.ts";
import * as Money from "./base/money.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";

const { maxStops: _, ...journey } = Flight.criteriaEntries;

/** A journey, and what it would cost the whole party; without a `price`, the cheapest that is known counts. */
export const Query = Flight.withRules(v.strictObject({ ...journey, price: v.optional(Money.Decimal) }), [
  [
    "price",
    "currency",
    ({ price, currency }) => price === undefined || Money.isPayable(price, currency),
    "must be above zero, with no more decimals than the currency has",
  ],
]);
export type Query = v.InferInput<typeof Query>;

const verdicts = ["low", "typical", "high", "not enough data"] as const;
const date = v.string();
const amount = v.nullable(Money.Info);
const Best = v.nullable(v.object({ date, cheapest: Money.Info, searchedAt: v.pipe(v.string(), v.isoTimestamp()) }));

/**
 * What is usual, as totals for the party that asked. The sample is of the very dates where enough is known of them, else
 * of the route at the same time before departure. `rank` is how many in a hundred of its prices were lower. `best` are
 * the cheapest known departures within so many days, for a stay as long.
 */
export const Result = v.object({
  sample: v.object({ of: v.picklist(["dates", "route"]), observations: v.number(), days: v.number() }),
  lowest: amount,
  quartiles: v.nullable(v.object({ lower: Money.Info, upper: Money.Info })),
  median: amount,
  trend: v.array(v.object({ date, lowest: Money.Info, median: Money.Info })),
  price: amount,
  rank: v.nullable(v.number()),
  verdict: v.picklist(verdicts),
  best: v.object({ within3Days: Best, within7Days: Best }),
});
export type Result = v.InferOutput<typeof Result>;

/** Minor units, as totals for the party that asked, each rounded down. */
type Seen = {
  ofDates: boolean;
  observations: number;
  days: number;
  marks: [lowest: number, lower: number, median: number, upper: number] | null;
  trend: [date: string, lowest: number, median: number][] | null;
  price: number | null;
  /** How many of the observations were below the price. */
  below: number;
};

type Question = Flight.Criteria;
const least = { observations: 30, days: 14 };

/**
 * How the price of a journey compares at `at` with those of the 90 days before. `ask` is how Redis is asked for what is
 * stored.
 * @throws Problem `flight.not_sellable`
 */
export async function get(query: unknown, at: Date, ask?: Flight.AskRedis): Promise<Result> {
  const { price, ...journey } = v.parse(Query, query);
  const question: Question = { ...journey, maxStops: null };
  const { currency, departureDate } = question;
  const near = around(question, await Flight.checkDates(question, at, "#"));
  const days = near.map((each) => each.departureDate);
  const stored = await Flight.storedInRedis(near, ask);
  const known = new Map(days.map((date, index) => [date, Fare.lastPrice(stored[index], at)]));
  const given = price === undefined ? known.get(departureDate)?.price : Money.toMinor(price, currency);
  const { watched, ...seen } = await read(question, given ?? null, days, at);
  for (const last of watched ?? []) if (!known.get(last.date)) known.set(last.date, last);
  return { ...compared(seen, currency), best: best(known, question) };
}

/** The same journey on each day within a week on which it is sold. */
function around(question: Question, { first, last }: { first: string; last: string }): Question[] {
  const { departureDate, returnDate } = question;
  return Array.from({ length: 15 }, (_, index) => index - 7)
    .map((days) => ({
      ...question,
      departureDate: Flight.plus(departureDate, days),
      returnDate: returnDate && Flight.plus(returnDate, days),
    }))
    .filter((each) => each.departureDate >= first && (each.returnDate ?? each.departureDate) <= last);
}

/**
 * What was observed, in one request. Percentiles are by nearest rank; a total rounded down keeps its rank, so they are
 * taken of what each observation comes to for this party. The route is looked at only where the dates tell too little.
 */
async function read(question: Question, price: number | null, days: string[], at: Date) {
  const { origin, destination, departureDate, returnDate, cabin, currency } = question;
  // `offset 0` keeps the planner from reading all there is of every route because of one that is watched much.
  const totals = (dates: ReturnType<typeof sql>, when = sql`true`) => sql`
    select observed.day,
           observed.total
      from fares
     cross join lateral (
             select (price_observations.at at time zone 'utc')::date as day,
                    price_observations.price * ${Flight.payingPassengers(question)}::int / ${Fare.payingPassengers} as total
               from price_observations
              where price_observations.fare_id = fares.id
                and ${Fare.countedObservations(at)}
                and ${when}
             offset 0
           ) as observed
     where fares.origin = ${origin}
       and fares.destination = ${destination}
       and fares.cabin = ${cabin}
       and fares.currency = ${currency}
       and fares.basket is null
       and ${dates}`;
  const sameDates = sql`
           fares.departure_date = ${departureDate}
       and fares.return_date is not distinct from ${returnDate}::date`;
  const sameTrip = sql`
           fares.departure_date >= (${at}::timestamptz at time zone 'utc')::date - 92
       and (fares.return_date is null) = ${returnDate === null}
       and not (select known.enough from known)`;
  const sameLead = sql`
                    ${Fare.leadBucket(sql`fares.departure_date`, sql`price_observations.at`)}
                    = ${Fare.leadBucket(sql`${departureDate}::date`, sql`${at}::timestamptz`)}`;
  const [row] = await sql`
    with dates as materialized (
      ${totals(sameDates)}
    ), known as materialized (
      select count(*) >= ${least.observations} and count(distinct dates.day) >= ${least.days} as enough
        from dates
    ), seen as materialized (
      select dates.day,
             dates.total
        from dates
       where (select known.enough from known)
       union all
      ${totals(sameTrip, sameLead)}
    ), daily as (
      select seen.day,
             min(seen.total) as lowest,
             percentile_disc(0.5) within group (order by seen.total) as median
        from seen
       group by seen.day
    ), watched as (
      ${Fare.watchedPrices(question, days, at)}
    ), asked as (
      select coalesce(
               ${price}::bigint,
               (select watched.price::bigint from watched where watched.date = ${departureDate})
             ) as price
    )
    select (select known.enough from known) as "ofDates",
           count(*)::int as observations,
           count(distinct seen.day)::int as days,
           percentile_disc(array[0, 0.25, 0.5, 0.75]) within group (order by seen.total)::float8[] as marks,
           (
             select json_agg(json_build_array(daily.day, daily.lowest, daily.median) order by daily.day)
               from daily
           ) as trend,
           (select asked.price::float8 from asked) as price,
           count(*) filter (where seen.total < (select asked.price from asked))::int as below,
           (select json_agg(watched) from watched) as watched
      from seen`;
  return row as Seen & { watched: Fare.WatchedPrice[] | null };
}

function compared({ ofDates, observations, days, marks, trend, price, below }: Seen, currency: string) {
  const show = (minor: number) => Money.toInfo(minor, currency);
  const told = {
    sample: { of: ofDates ? ("dates" as const) : ("route" as const), observations, days },
    price: price === null ? null : show(price),
  };
  if (!marks || observations < least.observations || days < least.days) {
    const untold = { lowest: null, quartiles: null, median: null, trend: [], rank: null };
    return { ...told, ...untold, verdict: "not enough data" as const };
  }
  const [lowest, lower, median, upper] = marks;
  return {
    ...told,
    lowest: show(lowest),
    quartiles: { lower: show(lower), upper: show(upper) },
    median: show(median),
    trend: (trend ?? []).map(([date, low, middle]) => ({ date, lowest: show(low), median: show(middle) })),
    rank: price === null ? null : Math.floor((100 * below) / observations),
    verdict: verdict(price, marks),
  };
}

/** A price that is asked most of the time is neither low nor high, though it may be the lowest. */
function verdict(price: number | null, [, lower, median, upper]: NonNullable<Seen["marks"]>): Result["verdict"] {
  if (price === null) return "not enough data";
  if (price <= lower && price < median) return "low";
  return price >= upper && price > median ? "high" : "typical";
}

/** Of days as cheap the nearest, and of these the earlier. */
function best(known: Map<string, Fare.LastPrice | undefined>, { departureDate, currency }: Question): Result["best"] {
  const away = (date: string) => Math.abs(Date.parse(date) - Date.parse(departureDate)) / 86_400_000;
  const priced = [...known].flatMap(([date, last]) =>
    last && last.price !== null ? [{ date, price: last.price, searchedAt: last.searchedAt }] : [],
  );
  priced.sort((a, b) => a.price - b.price || away(a.date) - away(b.date));
  const within = (days: number) => {
    const found = priced.find(({ date }) => away(date) <= days);
    return found
      ? { date: found.date, cheapest: Money.toInfo(found.price, currency), searchedAt: found.searchedAt }
      : null;
  };
  return { within3Days: within(3), within7Days: within(7) };
}
