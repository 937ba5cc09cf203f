import { type Fragment, sql } from "../base/db.ts";
import { sharesPerUnit } from "./observed.ts";

/**
 * The minor units at which the route of `fare`, a row of `fares`, was low at `moment` in prices from `source`, for the
 * fare's party: a query of at most one row. It is as exact as a sweep where a price of the route was seen at that moment
 * and the roll-up has run since; else it is the low at the last such moment. Known for the last 92 days.
 */
export function selectPastLow(fare: Fragment, moment: Fragment, source: Fragment): Fragment {
  return sql`
             select route_lows.share * (${fare}.adults + cardinality(${fare}.child_ages)) / ${sharesPerUnit}::int as low
               from route_samples
               join route_lows
                 on route_lows.sample_id = route_samples.id
                and route_lows.at <= ${moment}
                and not route_lows.pending
              where route_samples.origin = ${fare}.origin
                and route_samples.destination = ${fare}.destination
                and route_samples.cabin = ${fare}.cabin
                and route_samples.currency = ${fare}.currency
                and route_samples.part = route_part(${fare}.departure_date, ${fare}.return_date, ${moment})
                and route_samples.source = ${source}
              order by route_lows.at desc
              limit 1`;
}
