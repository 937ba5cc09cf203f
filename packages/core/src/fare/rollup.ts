import { dayNumber, msPerDay } from "../base/day.ts";
import { sql, transaction } from "../base/db.ts";
import * as Metric from "../base/metric.ts";
import { placeLows, tellTouched, writeBuckets } from "./buckets.ts";
import { keepLows } from "./keeplows.ts";
import { keepManyLows } from "./keepmanylows.ts";
import { dayOf, lockRollUp, seenBetween } from "./sample.ts";
import { takeUp } from "./takeup.ts";

/**
 * `batch`: noted observations per statement; `fares`: fares from before the roll-up per statement; `samples`: samples
 * per statement whose oldest days end; `lows`: lows per transaction, of at most 20
 * moments. No new statement starts after `within` milliseconds; the rest waits for the
 * next run.
 */
export type Options = { batch?: number; fares?: number; samples?: number; lows?: number; within?: number };

/** The days for which the roll-up keeps observations; no window begins earlier than 90 × 24 hours before. */
const keptDays = 92;

/**
 * Counts the observations that triggers have noted since the last run into the samples of their route and of their
 * dates, takes up fares from before the roll-up, ends what is past the window as of `at`, and keeps the lows of routes. Runs wait for each other.
 * Each step is one transaction, so that a run may be killed anywhere, and may be repeated: what is noted is either still
 * noted or counted. A transaction that commits late is noted late, and is counted by the next run. Emits how many notes
 * are left. With `cut` the time was over, and the rest waits for the next run.
 */
export async function rollUp(
  at: Date,
  { batch = 20_000, fares = 100, samples = 1_000, lows = 500, within = 20_000 }: Options = {},
): Promise<{ observations: number; fares: number; samples: number; lows: number; cut: boolean }> {
  const until = Date.now() + within;
  const done = { observations: 0, fares: 0, samples: 0, lows: 0 };
  const horizon = new Date((dayNumber(at.getTime()) - keptDays) * msPerDay);
  const since = startsOf(at);
  /** Repeats a step until it finds less than it may take. */
  const repeat = async (key: keyof typeof done, most: number, step: () => Promise<number>) => {
    for (let more = true; more && Date.now() < until; ) {
      const count = await step();
      done[key] += count;
      more = count === most;
    }
  };
  /** The lows follow each batch, because the more is counted after a moment, the more its low costs. */
  const count = () =>
    repeat("observations", batch, async () => {
      const counted = await countChanges(since, horizon, batch);
      for (let many = 1; many > 0 && Date.now() < until; ) {
        many = await keepManyLows();
        done.lows += many;
      }
      await repeat("lows", lows, () => keepLows(lows));
      return counted;
    });
  const end = (of: "route" | "dates") => repeat("samples", samples, () => endPast(of, since[of], horizon, samples));
  await end("route");
  await count();
  // Once a day these are many, and until then readers correct them: new prices come first.
  await end("dates");
  await repeat("fares", fares, async () => {
    const taken = await takeUp(horizon, fares);
    if (taken > 0) await count();
    return taken;
  });
  const [noted] = await sql`select count(*)::int as count from route_changes`;
  Metric.emit({ RouteChanges: [Number(noted?.count), "Count"] });
  return { ...done, cut: Date.now() >= until };
}

/**
 * From when on samples count into buckets: those of routes, which may be large, by the hour, and those of dates by the
 * day, so that they are written seldom. Readers correct both to the moment.
 */
function startsOf(at: Date): Record<"route" | "dates", Date> {
  const from = at.getTime() - 90 * msPerDay;
  return { route: new Date(from - (from % 3_600_000)), dates: new Date(from - (from % msPerDay) + msPerDay) };
}

const key = sql`origin, destination, cabin, currency, part, source`;

/** Counts up to `batch` noted observations; those from before `horizon` are dropped. */
async function countChanges(since: ReturnType<typeof startsOf>, horizon: Date, batch: number): Promise<number> {
  const { counted } = await transaction({
    lock: lockRollUp,
    counted: sql`
    with gone as materialized (
      delete from route_changes
       where route_changes.ctid = any (array(select route_changes.ctid from route_changes limit ${batch}))
      returning route_changes.*
    ), changed as materialized (
      select origin,
             destination,
             cabin,
             currency,
             parts.part,
             source,
             (gone.at at time zone 'utc')::date as day,
             gone.at,
             gone.share,
             sum(gone.number)::int as number
        from gone
       cross join lateral (
               values (route_part(gone.departure_date, gone.return_date, gone.at)),
                      (dates_part(gone.departure_date, gone.return_date))
             ) as parts (part)
       where gone.at >= ${horizon}::timestamptz
       group by ${key},
                gone.at,
                gone.share
      having sum(gone.number) <> 0
    ), keys as materialized (
      select distinct ${key}
        from changed
    ), made as (
      insert into route_samples (${key}, since)
      select ${key},
             case when part ~ '^[or]' then ${since.route}::timestamptz else ${since.dates}::timestamptz end
        from keys
          on conflict do nothing
      returning id, since, of_route, ${key}
    ), samples as materialized (
      select *
        from made
       union all
      select route_samples.id,
             route_samples.since,
             route_samples.of_route,
             ${key}
        from keys
        join route_samples using (${key})
    ), put as materialized (
      select samples.id as sample_id,
             samples.since,
             changed.day,
             changed.at,
             changed.share,
             changed.number
        from changed
        join samples using (${key})
    ), touched_days as materialized (
      select distinct put.sample_id,
             put.day
        from put
    ), of_days as materialized (
      select seen.sample_id,
             seen.day,
             seen.at,
             seen.share,
             sum(seen.number)::int as number
        from (
               select put.sample_id,
                      put.day,
                      put.at,
                      put.share,
                      put.number
                 from put
                union all
               select route_days.sample_id,
                      route_days.day,
                      old.at,
                      old.share,
                      old.number
                 from touched_days
                 join route_days using (sample_id, day)
                cross join unnest(route_days.ats, route_days.shares, route_days.numbers) as old (at, share, number)
             ) as seen
       group by seen.sample_id,
                seen.day,
                seen.at,
                seen.share
      having sum(seen.number) <> 0
    ), days as (
      insert into route_days
        (sample_id, day, number, first, last, lowest, middle, ats, shares, numbers)
      select placed.sample_id,
             placed.day,
             sum(placed.number),
             min(placed.at),
             max(placed.at),
             min(placed.share),
             coalesce(min(placed.share) filter (where 2 * placed.upto >= placed.observations), min(placed.share)),
             array_agg(placed.at order by placed.at, placed.share),
             array_agg(placed.share order by placed.at, placed.share),
             array_agg(placed.number order by placed.at, placed.share)
        from (
               select of_days.*,
                      sum(of_days.number) over (
                        partition by of_days.sample_id, of_days.day order by of_days.share
                      ) as upto,
                      sum(of_days.number) over (partition by of_days.sample_id, of_days.day) as observations
                 from of_days
             ) as placed
       group by placed.sample_id,
                placed.day
          on conflict (sample_id, day) do update
         set number = excluded.number,
             first = excluded.first,
             last = excluded.last,
             lowest = excluded.lowest,
             middle = excluded.middle,
             ats = excluded.ats,
             shares = excluded.shares,
             numbers = excluded.numbers
    ), empty_days as (
      delete from route_days
       using touched_days
       where route_days.sample_id = touched_days.sample_id
         and route_days.day = touched_days.day
         and (touched_days.sample_id, touched_days.day) not in (select of_days.sample_id, of_days.day from of_days)
    ), ${writeBuckets(sql`
      select put.sample_id,
             share_bucket(put.share) as bucket,
             put.share,
             put.number
        from put
       where put.at >= put.since`)}, priced as (
      insert into route_lows (sample_id, at)
      select distinct put.sample_id,
             put.at
        from put
        join samples on samples.id = put.sample_id and samples.of_route
       where put.number > 0
          on conflict do nothing
    )
    select (select count(*)::int from gone) as count,
           ${tellTouched(sql`entries.sample_id from entries`)}`,
    placed: placeLows,
  });
  return Number(counted[0]?.count);
}

/**
 * Takes what is before `since` out of the buckets of up to `count` samples of routes or of dates, and deletes their days
 * from before `horizon`. A sample without a later day is deleted.
 */
async function endPast(of: "route" | "dates", since: Date, horizon: Date, count: number): Promise<number> {
  const isKept = sql`route_days.day >= ${dayOf(sql`${horizon}::timestamptz`)}`;
  const until = sql`${since}::timestamptz`;
  const { ended } = await transaction({
    lock: lockRollUp,
    ended: sql`
    with stale as materialized (
      select route_samples.id,
             route_samples.since,
             exists (select from route_days where route_days.sample_id = route_samples.id and ${isKept}) as lives
        from route_samples
       where ${of === "route" ? sql`route_samples.of_route` : sql`not route_samples.of_route`}
         and route_samples.since < ${until}
       order by route_samples.since
       limit ${count}
    ), moved as (
      update route_samples
         set since = ${until}
        from stale
       where route_samples.id = stale.id
         and stale.lives
    ), dead as (
      delete from route_samples
       using stale
       where route_samples.id = stale.id
         and not stale.lives
    ), past as (
      delete from route_days
       using stale
       where route_days.sample_id = stale.id
         and stale.lives
         and not (${isKept})
    ), past_lows as (
      delete from route_lows
       using stale
       where route_lows.sample_id = stale.id
         and stale.lives
         and route_lows.at < (
               select max(known.at)
                 from route_lows as known
                where known.sample_id = stale.id
                  and known.at < ${horizon}::timestamptz
             )
    ), ${writeBuckets(sql`
      select route_days.sample_id,
             share_bucket(seen.share) as bucket,
             seen.share,
             -seen.number as number
        from stale
        join route_days
          on route_days.sample_id = stale.id
         and route_days.day between ${dayOf(sql`stale.since`)} and ${dayOf(until)}
       cross join unnest(${seenBetween(sql`stale.since`, until)}) as seen (share, number)
       where stale.lives`)}
    select (select count(*)::int from stale) as count,
           ${tellTouched(sql`entries.sample_id from entries`)}`,
    placed: placeLows,
  });
  return Number(ended[0]?.count);
}
