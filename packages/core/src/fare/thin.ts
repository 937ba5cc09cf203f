import { sql } from "../base/db.ts";

/**
 * `batch`: fares per statement. No new statement starts after `within` milliseconds; the rest waits for the next run.
 */
export type Options = { batch?: number; within?: number };

/** How far a run has come: fares are in the order of their last check and id. */
type Position = { checkedAt: string; id: string };

/**
 * Thins the history of fares and baskets that were last checked 14 days before `at` or earlier and have no watch that
 * has not ended: of each day (UTC) and source the first observation at its lowest ok price stays, and `thinned_to` says
 * up to when. A fare that was watched again since is thinned from there on. Each statement does all of it for its fares
 * or nothing; it skips locked rows, so it never waits and may run several times at once.
 * @returns how many fares were thinned, and how many observations were deleted
 */
export async function thin(at: Date, { batch = 100, within = 60_000 }: Options = {}) {
  const until = Date.now() + within;
  const done = { fares: 0, observations: 0 };
  for (let place: Position | null = { checkedAt: "-infinity", id: "" }; place && Date.now() < until; ) {
    const { fares, observations, last } = await thinBatch(at, place, batch);
    done.fares += fares;
    done.observations += observations;
    place = last;
  }
  return done;
}

/**
 * A new watch makes the fare due in its own transaction, unless this transaction has the row locked. So a fare that is
 * not due, and whose row still has the `xmin` that was read before the lock, has had no new watch in between.
 */
async function thinBatch(at: Date, { checkedAt, id }: Position, batch: number) {
  const [row] = await sql`
    with resting as materialized (
      select fares.id,
             fares.xmin as version,
             fares.checked_at,
             coalesce(fares.thinned_to, '-infinity') as since,
             date_trunc('day', fares.checked_at, 'utc') + interval '24 hours' as until
        from fares
       where fares.due_at is null
         and (fares.thinned_to is null or fares.thinned_to <= fares.checked_at)
         and fares.checked_at <= ${at}::timestamptz - interval '14 days'
         and (fares.checked_at, fares.id) > (${checkedAt}::timestamptz, ${id})
       order by fares.checked_at, fares.id
       limit ${batch}
    ), nobodys as materialized (
      select resting.*
        from resting
        join fares on fares.id = resting.id
       where fares.xmin = resting.version
         and not exists (${hasWatches})
         for update of fares skip locked
    ), thinned as (
      update fares
         set thinned_to = nobodys.until
        from nobodys
       where fares.id = nobodys.id
    ), lows as materialized (
      select distinct on (nobodys.id, date_trunc('day', price_observations.at, 'utc'), price_observations.provider)
             nobodys.id,
             price_observations.at
        from nobodys
        join price_observations
          on price_observations.fare_id = nobodys.id
         and price_observations.at >= nobodys.since
         and price_observations.at < nobodys.until
         and price_observations.status = 'ok'
       order by nobodys.id,
                date_trunc('day', price_observations.at, 'utc'),
                price_observations.provider,
                price_observations.price,
                price_observations.at
    ), gone as (
      delete from price_observations
       using nobodys
       where price_observations.fare_id = nobodys.id
         and price_observations.at >= nobodys.since
         and price_observations.at < nobodys.until
         and not exists (
               select
                 from lows
                where price_observations.status = 'ok'
                  and lows.id = price_observations.fare_id
                  and lows.at = price_observations.at
             )
      returning 1
    )
    select (select count(*)::int from nobodys) as fares,
           (select count(*)::int from gone) as observations,
           (
             select json_build_object('checkedAt', resting.checked_at, 'id', resting.id)
               from resting
              order by resting.checked_at, resting.id
             offset ${batch - 1}
           ) as last`;
  return row as { fares: number; observations: number; last: Position | null };
}

/** The condition that a row of `fares` has watches that have not ended, its own or those of its baskets. */
const hasWatches = sql`
             select
               from (
                      select fares.id
                       union all
                      select basket_fares.basket_id
                        from basket_fares
                       where basket_fares.fare_id = fares.id
                    ) as watched (id)
              cross join lateral (
                      select
                        from watch_fares
                       where watch_fares.fare_id = watched.id
                         and watch_fares.live
                       union all
                      select
                        from watch_fares
                        join price_watches on price_watches.id = watch_fares.watch_id
                       where watch_fares.fare_id = watched.id
                         and not watch_fares.live
                         and price_watches.ended_at is null
                    ) as watches`;
