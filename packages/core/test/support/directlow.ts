import { type Fragment, sql } from "../../src/base/db.ts";
import { countedObservations, payingPassengers } from "../../src/fare/observed.ts";

const leadBucket = (departure: Fragment, moment: Fragment) =>
  sql`width_bucket(${departure} - (${moment} at time zone 'utc')::date, array[8, 31, 91])`;

export type DirectLow = { fareId: string; price: number; paying: number };

/**
 * The route lows of some fares as the rule says it, computed from all observations of a source: the ⌈0.2 n⌉-th cheapest per paying
 * passenger, of at least 30 prices on at least 14 days.
 */
export async function directLows(fareIds: string[], source: string, at: Date): Promise<DirectLow[]> {
  const rows = await sql`
    with asked as (
      select fares.id,
             fares.origin,
             fares.destination,
             fares.cabin,
             fares.currency,
             fares.return_date is null as one_way,
             ${leadBucket(sql`fares.departure_date`, sql`${at}::timestamptz`)} as lead
        from fares
       where fares.id = any(${fareIds}::text[])
    ), ranked as (
      select asked.id,
             price_observations.price,
             ${payingPassengers} as paying,
             row_number() over (
               partition by asked.id order by price_observations.price::numeric / ${payingPassengers}
             ) as place,
             count(*) over (partition by asked.id) as observations,
             dense_rank() over (partition by asked.id order by (price_observations.at at time zone 'utc')::date)
               + dense_rank() over (partition by asked.id order by (price_observations.at at time zone 'utc')::date desc)
               - 1 as days
        from asked
        join fares
          on fares.origin = asked.origin
         and fares.destination = asked.destination
         and fares.cabin = asked.cabin
         and fares.currency = asked.currency
         and (fares.return_date is null) = asked.one_way
         and fares.basket is null
        join price_observations
          on price_observations.fare_id = fares.id
         and ${countedObservations(at)}
         and price_observations.provider = ${source}
         and ${leadBucket(sql`fares.departure_date`, sql`price_observations.at`)} = asked.lead
    )
    select ranked.id as "fareId",
           ranked.price::float8,
           ranked.paying
      from ranked
     where ranked.place = ceil(ranked.observations * 0.2)
       and ranked.observations >= 30
       and ranked.days >= 14
     order by ranked.id`;
  return rows as DirectLow[];
}
