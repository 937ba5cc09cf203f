import { type Fragment, sql } from "../../base/db.ts";
import { Problem } from "../../base/error.ts";
import { isOnRoute, leadBucket, payingPassengers } from "../../fare.ts";
import type { RecordedCheck } from "./replay.ts";
import { maxRoutePrices as mostPrices, type RoutePrice } from "./routelow.ts";

/**
 * Recorded checks as lists of columns: with thousands of rows, repeating each column's name in every row costs time.
 */
type Columns = {
  at: number[] | null;
  status: RecordedCheck["status"][];
  price: (number | null)[];
  ghost: boolean[];
  confirmable: boolean[];
  of: (string | null)[];
};

/** The newest checks that are read: more than a fare has in the year before it departs. */
export const maxChecks = 50_000;

/** Several statements read the same snapshot. */
export const snapshot = { readOnly: true, isolationLevel: "RepeatableRead" } as const;

/** The check with which the prices of another source begin has the moment of the change. */
const instant = sql`interval '1 microsecond'`;

/** An instant as UTC milliseconds, microseconds included. */
export const toMillis = (moment: Fragment) => sql`(extract(epoch from ${moment}) * 1000)::float8`;

/**
 * Selects the span of one series of a user's watch, the present one by default: its `fare_id`, the `series`, and since
 * when until when it was watched (null while it still is), the `source` of its prices, and since when they come from
 * there: no earlier check counts. Returns no row for a series that does not exist or for
 * another user's watch.
 */
export function selectSpan(userId: string, id: string, series: number | undefined): Fragment {
  return sql`
      select watch_changes.fare_id,
             watch_changes.series,
             coalesce(watch_changes.source, fares.source) as source,
             coalesce(watch_changes.source_since, '-infinity') as source_since,
             watch_changes.at as since,
             (select min(case when later.source_since = later.at then later.at - ${instant} else later.at end)
                from watch_changes as later
               where later.watch_id = price_watches.id
                 and later.series > watch_changes.series) as until
        from price_watches
        join watch_changes on watch_changes.watch_id = price_watches.id
        join fares on fares.id = watch_changes.fare_id
       where price_watches.id = ${id}
         and price_watches.user_id = ${userId}
         and watch_changes.series = coalesce(${series ?? null}::integer, price_watches.series)
       order by watch_changes.version
       limit 1`;
}

export function missingSeries(): Problem {
  return new Problem("missing", "watch.series", "This watch has had no such series.");
}

/**
 * One row of `Columns`: the checks of a fare or a basket from `since` to `until`. A ghost is stored beside the check it
 * belongs to.
 */
export function selectChecks(fareId: Fragment, since: Fragment, until: Fragment): Fragment {
  return sql`
    select array_agg(${toMillis(sql`checked.at`)} order by checked.at) as at,
           array_agg(checked.status order by checked.at) as status,
           array_agg(checked.price order by checked.at)::float8[] as price,
           array_agg(checked.ghost order by checked.at) as ghost,
           array_agg(checked.confirmable order by checked.at) as confirmable,
           array_agg(checked.of_id order by checked.at) as of
      from (
             select price_observations.at,
                    max(price_observations.of_id) as of_id,
                    max(price_observations.status) filter (where price_observations.status <> 'ghost') as status,
                    max(price_observations.price) filter (where price_observations.status <> 'ghost') as price,
                    bool_or(price_observations.status = 'ghost') as ghost,
                    bool_or(price_observations.confirmable) as confirmable
               from price_observations
              where price_observations.fare_id = ${fareId}
                and price_observations.at >= ${since}
                and price_observations.at <= ${until}
              group by price_observations.at
              order by price_observations.at desc
              limit ${maxChecks}
           ) as checked`;
}

export function toChecks(row: unknown): RecordedCheck[] {
  const { at, status, price, ghost, confirmable, of } = row as Columns;
  return (at ?? []).map((moment, index) => ({
    at: moment,
    status: status[index]!,
    price: price[index]!,
    ghost: ghost[index]!,
    confirmable: confirmable[index]!,
    of: of[index]!,
  }));
}

/**
 * One row of columns: the prices observed on the routes of `fares` (their ids) in [from − 90 × 24 h, until), from
 * `source`; by default from the present source of each fare (`asked`).
 */
export function selectRoutePrices(
  fares: Fragment,
  from: Fragment,
  until: Fragment,
  source: Fragment = sql`asked.source`,
): Fragment {
  return sql`
    select array_agg(${toMillis(sql`told.at`)} order by told.at) as at,
           array_agg(told.price order by told.at)::float8[] as price,
           array_agg(told.paying order by told.at) as paying,
           array_agg(told.lead order by told.at) as lead,
           array_agg(told.route order by told.at) as route
      from (
             select price_observations.at,
                    price_observations.price,
                    ${payingPassengers} as paying,
                    ${leadBucket(sql`fares.departure_date`, sql`price_observations.at`)} as lead,
                    concat_ws(' ', asked.origin, asked.destination, asked.one_way) as route
               from (
                      select distinct asked.origin,
                             asked.destination,
                             asked.cabin,
                             asked.currency,
                             asked.return_date is null as one_way,
                             asked.source
                        from fares as asked
                       where asked.id in (${fares})
                    ) as asked
               join fares
                 on ${isOnRoute}
               join price_observations
                 on price_observations.fare_id = fares.id
                and price_observations.status = 'ok'
                and price_observations.provider = ${source}
                and price_observations.at >= ${from} - interval '2160 hours'
                and price_observations.at < ${until}
              order by price_observations.at desc
              limit ${mostPrices}
           ) as told`;
}

type RouteColumns = { at: number[] | null; price: number[]; paying: number[]; lead: number[]; route: string[] };

export function toRoutePrices(row: unknown): RoutePrice[] {
  const { at, price, paying, lead, route } = row as RouteColumns;
  return (at ?? []).map((moment, index) => ({
    at: moment,
    price: price[index]!,
    paying: paying[index]!,
    lead: lead[index]!,
    route: route[index]!,
  }));
}
