import { type Fragment, sql } from "../base/db.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";

/**
 * The sample that a price is compared with, in minor units: totals for the party of the question, each rounded down.
 */
export type Sample = {
  /** Whether the sample is of the question's own dates; else it is of the route. */
  ofDates: boolean;
  observations: number;
  days: number;
  percentiles: [lowest: number, lower: number, median: number, upper: number] | null;
  trend: [date: string, lowest: number, median: number][] | null;
  price: number | null;
  /** The number of observations below the price. */
  below: number;
};

/** A sample smaller than this says too little. */
export const minimum = { observations: 30, days: 14 };

/**
 * Reads the sample and the watched prices of `days` in one request. `price` is compared with the sample; if it is null,
 * the watched price of the question's own day. Percentiles are by nearest rank, over the totals that the observations
 * come to for this party; rounding a total down keeps its rank. The route is read only if the dates have too few
 * observations.
 */
export async function readSample(
  question: Flight.Criteria,
  price: number | null,
  days: string[],
  at: Date,
): Promise<Sample & { watched: Fare.WatchedPrice[] | null }> {
  const { origin, destination, departureDate, returnDate, cabin, currency } = question;
  // `offset 0` keeps the planner from reading all observations of every route because of one route with many.
  const totals = (dates: Fragment, when = sql`true`) => sql`
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
       and ${Fare.isFare}
       and ${dates}`;
  const sameDates = sql`
           fares.departure_date = ${departureDate}
       and fares.return_date is not distinct from ${returnDate}::date`;
  const sameTripType = sql`
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
      select count(*) >= ${minimum.observations} and count(distinct dates.day) >= ${minimum.days} as enough
        from dates
    ), sample as materialized (
      select dates.day,
             dates.total
        from dates
       where (select known.enough from known)
       union all
      ${totals(sameTripType, sameLead)}
    ), daily as (
      select sample.day,
             min(sample.total) as lowest,
             percentile_disc(0.5) within group (order by sample.total) as median
        from sample
       group by sample.day
    ), watched as (
      ${Fare.watchedPrices(question, days, Flight.provider.name, at)}
    ), compared as (
      select coalesce(
               ${price}::bigint,
               (select watched.price::bigint from watched where watched.date = ${departureDate})
             ) as price
    )
    select (select known.enough from known) as "ofDates",
           count(*)::int as observations,
           count(distinct sample.day)::int as days,
           percentile_disc(array[0, 0.25, 0.5, 0.75]) within group (order by sample.total)::float8[] as percentiles,
           (
             select json_agg(json_build_array(daily.day, daily.lowest, daily.median) order by daily.day)
               from daily
           ) as trend,
           (select compared.price::float8 from compared) as price,
           count(*) filter (where sample.total < (select compared.price from compared))::int as below,
           (select json_agg(watched) from watched) as watched
      from sample`;
  return row as Sample & { watched: Fare.WatchedPrice[] | null };
}
