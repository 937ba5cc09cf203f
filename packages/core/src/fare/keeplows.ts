import { type Fragment, sql, transaction } from "../base/db.ts";
import { isSlow } from "../base/isolate.ts";
import { type Route, readLows } from "./low.ts";
import { lockRollUp } from "./sample.ts";

type Pending = Route & { sampleId: string; source: string; at: string };

/** The most moments whose lows are found in one transaction: one takes a few milliseconds. */
const maxMoments = 20;
/** How many are taken next: less after a transaction that took too long, as those of a route with millions of prices. */
let moments = maxMoments;

/**
 * Finds up to `count` lows that are still to be found, the oldest first, and keeps those that differ from the one
 * before. Returns `count` as long as more may be left; a repeated run finds the same. A transaction that takes too long
 * is followed by one with fewer moments.
 * @throws when a single moment takes too long
 */
export async function keepLows(count: number): Promise<number> {
  const pending = (await sql`
    select route_lows.sample_id::text as "sampleId",
           route_lows.at::text as at,
           route_samples.origin,
           route_samples.destination,
           route_samples.cabin,
           route_samples.currency,
           route_samples.part,
           route_samples.source
      from route_lows
      join route_samples on route_samples.id = route_lows.sample_id
     where route_lows.pending
     order by route_lows.at
     limit ${count}`) as Pending[];
  const alike = new Map<string, Pending[]>();
  for (const low of pending) {
    const key = `${low.at} ${low.source}`;
    alike.set(key, [...(alike.get(key) ?? []), low]);
  }
  const steps = [...alike].slice(0, moments).map(([key, [first, ...others]]) => [key, keepLowsOf([first!, ...others])]);
  try {
    if (steps.length > 0) await transaction({ lock: lockRollUp, ...Object.fromEntries(steps) });
  } catch (error) {
    if (!isSlow(error) || steps.length === 1) throw error;
    moments = Math.ceil(steps.length / 4);
    return count;
  }
  moments = Math.min(2 * moments, maxMoments);
  return alike.size > steps.length ? count : pending.length;
}

/** The lows of some routes at one moment, in prices from one source. */
function keepLowsOf(rows: [Pending, ...Pending[]]): Fragment {
  const [{ at, source }] = rows;
  return sql`
    with recursive ${readLows(rows, source, new Date(at))}, found as (
      select pending.sample_id,
             lows.share,
             earlier.share as before
        from unnest(${rows.map(({ sampleId }) => sampleId)}::bigint[]) with ordinality as pending (sample_id, place)
        left join lows on lows.key = pending.place - 1
        left join lateral (
               select route_lows.share
                 from route_lows
                where route_lows.sample_id = pending.sample_id
                  and route_lows.at < ${at}::timestamptz
                  and not route_lows.pending
                order by route_lows.at desc
                limit 1
             ) as earlier on true
    ), same as (
      delete from route_lows
       using found
       where route_lows.sample_id = found.sample_id
         and route_lows.at = ${at}::timestamptz
         and route_lows.pending
         and found.share is not distinct from found.before
    )
    update route_lows
       set share = found.share,
           pending = false
      from found
     where route_lows.sample_id = found.sample_id
       and route_lows.at = ${at}::timestamptz
       and route_lows.pending
       and found.share is distinct from found.before`;
}
