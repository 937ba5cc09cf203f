import { type Fragment, sql, transaction } from "../base/db.ts";
import { isFree } from "../base/lease.ts";
import { isBasket, isFare } from "./match.ts";

/**
 * `batch`: fares per statement. No new statement starts after `within` milliseconds; the rest waits for the next run.
 */
export type Options = { batch?: number; within?: number };

/** How far a run has come: fares are in the order of their last check (or creation) and id. */
type Position = { moment: string; id: string };

/**
 * The retention of fares that no watch refers to: an hour where they were never priced; else 91 days after the last
 * check, because rules and insights look back 90 days.
 */
const retentions = () => [
  { which: sql`fares.checked_at is null`, moment: sql`fares.created_at`, kept: sql`interval '1 hour'` },
  { which: sql`fares.checked_at is not null`, moment: sql`fares.checked_at`, kept: sql`interval '91 days'` },
];

/** The transactions that let watches refer to fares hold this lock in common, and the one that deletes fares alone. */
export const linkingLock = "fares are linked";
const lockName = () => sql`hashtext(${linkingLock})`;

/**
 * The first statement of a transaction that makes a watch or a basket refer to fares: until it ends, no fare is
 * deleted. It waits for a deletion that is under way, which takes less than a second.
 */
export const lockLinking = () => sql`select pg_advisory_xact_lock_shared(${lockName()})`;

/**
 * Deletes, as of `at`, baskets and fares after their retention, with their observations: those that are not due, in no
 * basket, watched by no watch now or earlier, and named by no alert. What a person can still see stays. Skips locked
 * rows and leaves them to the next run. Safe to run twice, several times at once, and to be killed anywhere.
 * @returns how many baskets and how many fares were deleted
 */
export async function forget(at: Date, { batch = 200, within = 60_000 }: Options = {}) {
  const until = Date.now() + within;
  const done = { baskets: 0, fares: 0 };
  // Baskets first: then the fares that only they held are free.
  for (const kind of ["baskets", "fares"] as const) {
    for (const retention of retentions()) {
      for (let place: Position | null = { moment: "-infinity", id: "" }; place && Date.now() < until; ) {
        const { count, last } = await forgetBatch(at, kind, retention, place, batch);
        done[kind] += count;
        place = last;
      }
    }
  }
  return done;
}

/** The condition beside the retention: what refers to rows of this kind. */
const isUnused = {
  baskets: () => sql`
         and ${isBasket}`,
  fares: () => sql`
         and ${isFare}
         and not exists (select from basket_fares where basket_fares.fare_id = fares.id)
         and not exists (select from alerts where alerts.fare_id = fares.id)`,
};

async function forgetBatch(
  at: Date,
  kind: keyof typeof isUnused,
  { which, moment, kept }: { which: Fragment; moment: Fragment; kept: Fragment },
  place: Position,
  batch: number,
) {
  const { forgotten } = await transaction({
    locked: sql`select pg_advisory_xact_lock(${lockName()})`,
    forgotten: sql`
    with resting as materialized (
      select fares.id,
             ${moment} as moment
        from fares
       where fares.due_at is null
         and ${which}
         and ${moment} <= ${at}::timestamptz - ${kept}
         and (${moment}, fares.id) > (${place.moment}::timestamptz, ${place.id})
       order by ${moment}, fares.id
       limit ${batch}
    ), gone as (
      delete from fares
       where fares.id = any (array(
               select fares.id
                 from resting
                 join fares on fares.id = resting.id
                where fares.due_at is null
                  and ${isFree("fares")}
                  ${isUnused[kind]()}
                  and not exists (select from watch_fares where watch_fares.fare_id = fares.id)
                  and not exists (select from watch_changes where watch_changes.fare_id = fares.id)
                  for update of fares skip locked))
      returning 1
    )
    select (select count(*)::int from gone) as count,
           (
             select json_build_object('moment', resting.moment, 'id', resting.id)
               from resting
              order by resting.moment, resting.id
             offset ${batch - 1}
           ) as last`,
  });
  return forgotten[0] as { count: number; last: Position | null };
}
