import * as v from "valibot";
import { isoDay, msPerDay } from "../base/day.ts";
import { sql, transaction } from "../base/db.ts";
import { startOfIds } from "../base/id.ts";
import { isSimulated } from "../flight.ts";
import { type ForecastRow, Forecasts, selectForecasts, toForecasts } from "./forecasts.ts";

const count = v.pipe(v.number(), v.integer());

/** The least number of would-be alerts from which a share is told. */
const fewest = 30;
/** How many months the figures reach back, with the running one. */
const months = 12;
/** How many days before today are counted again: a check may be settled late, and an hourly run may be missed. */
const recounted = 2;

/**
 * Of a month (UTC) and a provider: the checks that would have given an alert, and the share of them whose price the
 * provider took back before it, 0 to 1; null under 30. Prices of a simulated market are never counted with others.
 */
export const GhostMonth = v.object({
  month: v.string(),
  provider: v.string(),
  simulated: v.boolean(),
  wouldBe: count,
  ghostRate: v.nullable(v.number()),
});
export const Numbers = v.object({ items: v.array(GhostMonth), forecast: Forecasts });
export type Numbers = v.InferOutput<typeof Numbers>;

type Row = { month: string; provider: string; alerts: number; ghosts: number };

/**
 * The figures of the last twelve months, the running one with them, newest first, and those of the forecast of the last 90
 * days, in one request. Reads one row a provider and day, and the forecasts of these days.
 */
export async function numbers(at: Date): Promise<Numbers> {
  const from = isoDay(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months + 1, 1)));
  const ghosts = sql`
    select to_char(ghost_days.day, 'YYYY-MM') as month,
           ghost_days.provider,
           sum(ghost_days.alerts)::float8 as alerts,
           sum(ghost_days.ghosts)::float8 as ghosts
      from ghost_days
     where ghost_days.day >= ${from}::date
       and ghost_days.day <= ${isoDay(at)}::date
     group by 1, 2
     order by 1 desc, 2`;
  const rows = await transaction({ ghosts, forecasts: selectForecasts(at) });
  return {
    items: (rows.ghosts as Row[]).map(toMonth),
    forecast: toForecasts(rows.forecasts as ForecastRow[]),
  };
}

function toMonth({ month, provider, alerts, ghosts }: Row): Numbers["items"][number] {
  const wouldBe = alerts + ghosts;
  const ghostRate = wouldBe < fewest ? null : ghosts / wouldBe;
  return { month, provider, simulated: isSimulated(provider), wouldBe, ghostRate };
}

/**
 * Counts the last days again. A count never falls: what is deleted after it was counted stays counted. Only alerts whose
 * price was confirmed count, each check once for all its watches: a provider that cannot confirm takes nothing back. Reads
 * the index of ghosts, and the alerts of these days, whose ids begin with the moment of their check.
 * @returns how many days of providers were written
 */
export async function countGhosts(at: Date): Promise<number> {
  const today = Math.floor(at.getTime() / msPerDay) * msPerDay;
  const [from, to] = [new Date(today - recounted * msPerDay), new Date(today + msPerDay)];
  const within = sql`>= ${from}::timestamptz`;
  const [row] = await sql`
    with found as (
      select (price_observations.at at time zone 'utc')::date as day,
             price_observations.provider,
             0 as alerts,
             count(*)::int as ghosts
        from price_observations
       where price_observations.status = 'ghost'
         and price_observations.at ${within}
         and price_observations.at < ${to}::timestamptz
       group by 1, 2
       union all
      select (alerts.at at time zone 'utc')::date,
             alerts.source,
             count(distinct (alerts.fare_id, alerts.at))::int,
             0
        from alerts
       where alerts.id >= ${startOfIds("alr", from)}
         and alerts.id < ${startOfIds("alr", to)}
         and alerts.at ${within}
         and alerts.at < ${to}::timestamptz
         and alerts.confirmed_at is not null
         and alerts.source is not null
       group by 1, 2
    ), written as (
      insert into ghost_days (day, provider, alerts, ghosts)
      select found.day, found.provider, sum(found.alerts), sum(found.ghosts)
        from found
       group by found.day, found.provider
       -- In one order, so that two of these cannot deadlock.
       order by found.day, found.provider
      on conflict (day, provider) do update
         set alerts = greatest(ghost_days.alerts, excluded.alerts),
             ghosts = greatest(ghost_days.ghosts, excluded.ghosts)
       where excluded.alerts > ghost_days.alerts
          or excluded.ghosts > ghost_days.ghosts
      returning 1
    )
    select count(*)::int as written
      from written`;
  return Number(row?.written);
}
