import { type Fragment, sql } from "../../base/db.ts";
import { Problem } from "../../base/error.ts";
import { selectPastLow } from "../../fare.ts";
import type { RecordedCheck } from "./replay.ts";

/**
 * Recorded checks as lists of columns: with thousands of rows, repeating each column's name in every row costs time.
 */
type Columns = {
  at: number[] | null;
  status: RecordedCheck["status"][];
  price: (number | null)[];
  ghost: boolean[];
  confirmable: boolean[];
  low: (number | null)[];
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

/** Where the lows of routes are `wanted`: `low` in a row, of the fare with the id `fareId` at `moment`. */
export function joinLow(wanted: Fragment, fareId: Fragment, moment: Fragment, source: Fragment): Fragment {
  return sql`
      left join fares as priced
        on priced.id = ${fareId}
       and ${wanted}
      left join lateral (${selectPastLow(sql`priced`, moment, source)}) as route on true`;
}

/**
 * One row of `Columns`: the checks of a fare or a basket from `since` to `until`, with the lows of the routes in prices
 * from `source` where they are `wanted`. A ghost is stored beside the check it belongs to.
 */
export function selectChecks(
  fareId: Fragment,
  { since, until, source, wanted }: Record<"since" | "until" | "source" | "wanted", Fragment>,
): Fragment {
  return sql`
    select array_agg(${toMillis(sql`checked.at`)} order by checked.at) as at,
           array_agg(checked.status order by checked.at) as status,
           array_agg(checked.price order by checked.at)::float8[] as price,
           array_agg(checked.ghost order by checked.at) as ghost,
           array_agg(checked.confirmable order by checked.at) as confirmable,
           array_agg(route.low order by checked.at)::float8[] as low
      from (
             select price_observations.at,
                    coalesce(max(price_observations.of_id), min(price_observations.fare_id)) as of_id,
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
           ) as checked
      ${joinLow(wanted, sql`checked.of_id`, sql`checked.at`, source)}`;
}

export function toChecks(row: unknown): RecordedCheck[] {
  const { at, status, price, ghost, confirmable, low } = row as Columns;
  return (at ?? []).map((moment, index) => ({
    at: moment,
    status: status[index]!,
    price: price[index]!,
    ghost: ghost[index]!,
    confirmable: confirmable[index]!,
    low: low[index]!,
  }));
}
