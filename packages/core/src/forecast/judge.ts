import { sql } from "../base/db.ts";
import { isolate } from "../base/isolate.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { fewestSeenDays, isLower, within } from "./method.ts";

/** `batch`: forecasts per statement. No new statement starts after `limit` milliseconds; the rest waits for the next run. */
export type Options = { batch?: number; limit?: number };

/**
 * Judges what was said 8 or more days (UTC) before `at`: `cheaper` or `not cheaper` by the lowest price that the roll-up
 * has of the 7 days after, and `unknown` where it has fewer than 4 of these days. Skips locked rows; a repeated or
 * concurrent run does no harm. A row that Postgres refuses is logged, counted, and becomes `unknown`.
 * @returns how many were judged, and how many were refused
 */
export async function judge(at: Date, { batch = 500, limit = 20_000 }: Options = {}) {
  const until = Date.now() + limit;
  const done = { judged: 0, refused: 0 };
  for (let more = true; more && Date.now() < until; ) {
    const due = (await sql`
      select forecasts.id::text
        from forecasts
       where forecasts.outcome is null
         and forecasts.why is null
         and forecasts.day < (${at}::timestamptz at time zone 'utc')::date - ${within}::int
       order by forecasts.day,
                forecasts.id
       limit ${batch}`) as { id: string }[];
    let judged = 0;
    await isolate(
      due.map(({ id }) => id),
      {
        until,
        work: async ({ open }) => {
          judged += await judgeThese(open, at);
        },
        giveUp: async (ids, error) => {
          logger.error("forecast.refused", { ids, error: describeError(error) });
          done.refused += ids.length;
          await sql`
            update forecasts
               set outcome = 'unknown',
                   judged_at = ${at}
             where forecasts.id = any(${ids}::bigint[])
               and forecasts.outcome is null`;
        },
      },
    );
    done.judged += judged;
    // A full batch of rows that others hold must not be read again and again.
    more = due.length === batch && judged > 0;
  }
  if (done.refused > 0) Metric.emit({ RowsAtFault: [done.refused, "Count"] });
  return done;
}

async function judgeThese(ids: string[], at: Date): Promise<number> {
  const [row] = await sql`
    with due as materialized (
      select forecasts.*
        from forecasts
       where forecasts.id = any(${ids}::bigint[])
         and forecasts.outcome is null
         for no key update skip locked
    ), seen as (
      select due.id,
             count(*) as days,
             min(route_days.lowest) as lowest
        from due
        join route_samples
          on route_samples.origin = due.origin
         and route_samples.destination = due.destination
         and route_samples.cabin = due.cabin
         and route_samples.currency = due.currency
         and route_samples.part = dates_part(due.departure_date, due.return_date)
         and route_samples.source = due.source
        join route_days
          on route_days.sample_id = route_samples.id
         and route_days.day > due.day
         and route_days.day <= due.day + ${within}::int
       group by due.id
    ), judged as (
      update forecasts
         set outcome = case
               when seen.days is null or seen.days < ${fewestSeenDays} then 'unknown'
               when ${isLower(sql`seen.lowest`, sql`due.share`)} then 'cheaper'
               else 'not cheaper'
             end,
             lowest = seen.lowest,
             judged_at = ${at}
        from due
        left join seen on seen.id = due.id
       where forecasts.id = due.id
      returning 1
    )
    select count(*)::int as count from judged`;
  return Number(row?.count);
}
