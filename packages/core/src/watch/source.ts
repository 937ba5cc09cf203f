import { type Fragment, sql } from "../base/db.ts";
import { logger } from "../base/log.ts";
import { isBasket, isFare, isOfOtherSource } from "../fare.ts";
import { recordChange } from "./rewrite.ts";

/** Fares or baskets in one statement. */
const batchSize = 200;

/**
 * Starts the record of every fare and basket anew whose prices came from another source than `source`, so that prices
 * of two sources are never compared: its summary is empty, and each watch of it that has not ended begins a new series
 * with fresh rules, judged at the next check. What was recorded stays, as the series before. Does so in batches until
 * `until` (of `Date.now()`), baskets before their fares, the order in which a sweep locks them. Safe to run twice, twice
 * at once, and to be killed anywhere.
 * @returns whether all prices now come from `source`; if not, no fare may be priced yet
 */
export async function adoptSource(source: string, at: Date, until: number): Promise<boolean> {
  const changed = { fares: 0, watches: 0 };
  for (const kind of [isBasket, isFare]) {
    for (let left = batchSize; left === batchSize; ) {
      if (Date.now() >= until) return false;
      const { fares, watches } = await adoptBatch(source, kind, at);
      changed.fares += fares;
      changed.watches += watches;
      left = fares;
    }
  }
  logger.warn("prices come from another source", { source, ...changed });
  return true;
}

/** No alert and no price yet; each rule that had an epoch is armed in the next one, because no epoch repeats. */
const freshState = sql`coalesce(
               (
                 select jsonb_build_object(
                          'rules',
                          jsonb_object_agg(had.rule, jsonb_build_array((had.packed ->> 0)::int + 1, 1, null, null))
                        )
                   from jsonb_each(price_watches.state -> 'rules') as had (rule, packed)
                 having count(*) > 0
               ),
               '{}'
             )`;

/** The rules in the fresh state. */
const hadRules = sql`array(select jsonb_object_keys(watch.state -> 'rules'))`;

/** The lock on its watches comes before that on a fare, as in a sweep. */
async function adoptBatch(source: string, kind: Fragment, at: Date): Promise<{ fares: number; watches: number }> {
  const [row] = await sql`
    with other as materialized (
      select fares.id,
             fares.source
        from fares
       where ${isOfOtherSource(source)}
         and ${kind}
       order by fares.id
       limit ${batchSize}
    ), watched as materialized (
      select price_watches.id
        from price_watches
       where price_watches.id in (
               select watch_fares.watch_id
                 from watch_fares
                 join other on other.id = watch_fares.fare_id
             )
         and price_watches.ended_at is null
       order by price_watches.id
         for no key update
    ), changed as (
      update fares
         set source = ${source},
             source_since = ${at},
             fence = fares.fence + 1,
             claimed_until = null,
             attempts = 0,
             due_at = case when fares.due_at is null or fares.basket is not null then null else ${at}::timestamptz end,
             due_because = 'new',
             status = null,
             price = null,
             priced_at = null,
             changed_at = null,
             lowest = null,
             highest = null,
             doubtful = false,
             near = null,
             days = '{}',
             day_lows = '{}',
             empties = '{}'
        from other
       where fares.id = other.id
         and fares.source = other.source
         and (select count(*) from watched) >= 0
      returning fares.id, other.source as before
    ), emptied as (
      update basket_fares
         set status = null,
             checked_at = null,
             price = null,
             priced_at = null,
             provider = null,
             reference = null
        from changed
       -- A worker of the source before may have written a fare's price into a basket that was emptied already.
       where basket_fares.basket_id = changed.id
          or basket_fares.fare_id = changed.id
    ), named as (
      update watch_changes
         set source = changed.before
        from changed
       where watch_changes.fare_id = changed.id
         and watch_changes.source is null
    ), watch as (
      update price_watches
         set series = price_watches.series + 1,
             state = ${freshState},
             since = ${at},
             version = price_watches.version + 1,
             updated_at = ${at}
        from watched
        join watch_fares on watch_fares.watch_id = watched.id
        join changed on changed.id = watch_fares.fare_id
       where price_watches.id = watched.id
      returning price_watches.*
    ), band as (
      update watch_fares
         set wake_below = default,
             wake_above = null,
             wake_drop = null,
             wake_first = null,
             wake_new_low = watch_fares.live and watch.new_low,
             wake_route_low = watch_fares.live and watch.route_low
        from watch
       where watch_fares.watch_id = watch.id
      returning watch_fares.watch_id, watch_fares.fare_id
    ), recorded as (
      ${recordChange(at, hadRules, { source: sql`${source}`, since: sql`${at}::timestamptz` })}
    )
    select (select count(*)::int from other) as fares,
           (select count(*)::int from watch) as watches`;
  return row as { fares: number; watches: number };
}
