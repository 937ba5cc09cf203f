import { randomUUID } from "node:crypto";
import { isoDay, monthNumber } from "../../base/day.ts";
import { type Fragment, sql } from "../../base/db.ts";
import type { ProviderState, Purpose } from "./script.ts";

/** A provider, and the epoch whose own calls are left out of its `spent`. */
type Counted = { name: string; epoch: string };

/** The calls of one day in one epoch: an absolute number, so that writing it twice counts once. */
export type Entry = { name: string; epoch: string; day: string; purpose: Purpose; outcome: string; calls: number };

/** The state of each provider for a Redis that knows nothing of it: the switch and the calls of all epochs. */
export async function readStates(names: string[], now: Date): Promise<ProviderState[]> {
  const counted = names.map((name) => ({ name, epoch: randomUUID() }));
  const states = toStates(counted, now, (await sql`${selectStates(counted, now)}`) as Row[]);
  return states.map((state) => ({ ...state, fresh: true }));
}

/** Writes counts, and returns the state beside them. One statement; it may be repeated, and arrive late. */
export async function writeCounts(counted: Counted[], entries: Entry[], now: Date): Promise<ProviderState[]> {
  const rows = (await sql`
    with written as (
      insert into provider_days (provider, day, purpose, outcome, epoch, calls)
      select entry.name, entry.day::date, entry.purpose, entry.outcome, entry.epoch, entry.calls
        from json_to_recordset(${JSON.stringify(entries)}::json)
          as entry (name text, epoch text, day text, purpose text, outcome text, calls bigint)
       order by 1, 2, 3, 4, 5
      on conflict (provider, day, purpose, outcome, epoch) do update
         set calls = greatest(provider_days.calls, excluded.calls)
    )
    ${selectStates(counted, now)}`) as Row[];
  return toStates(counted, now, rows);
}

/** How many calls are wanted of a provider with at most `most` calls of this purpose a month, or null without a limit. */
export type WantedCalls = { name: string; purpose: Purpose; count: number; most: number | null };

/**
 * Counts calls in Postgres while Redis is unavailable: grants each wish what the switch and the month allow, in one
 * statement. Statements at the same time do not see each other's calls, so the end of a month may be overdrawn by their
 * number.
 */
export async function grantCalls(wishes: WantedCalls[], now: Date): Promise<{ enabled: boolean; granted: number }[]> {
  const counted = [...new Set(wishes.map(({ name }) => name))].map((name) => ({ name, epoch: "" }));
  const rows = (await sql`
    with known as (${selectStates(counted, now)}),
    allowed as (
      select wish.name, wish.purpose, known.enabled,
             case when not known.enabled then 0
                  when wish.most is null then wish.count
                  else greatest(
                    0,
                    least(
                      wish.count,
                      wish.most - case wish.purpose when 'person' then known.person else known.background end))
             end::int as granted
        from json_to_recordset(${JSON.stringify(wishes)}::json)
          as wish (name text, purpose text, count int, most int)
        join known on known.name = wish.name
    ),
    drawn as (
      insert into provider_days (provider, day, purpose, outcome, epoch, calls)
      select allowed.name, ${isoDay(now)}::date, allowed.purpose, 'asked', 'direct', allowed.granted
        from allowed
       where allowed.granted > 0
       order by 1, 3
      on conflict (provider, day, purpose, outcome, epoch) do update
         set calls = provider_days.calls + excluded.calls
    )
    select allowed.name, allowed.purpose, allowed.enabled, allowed.granted from allowed`) as Drawn[];
  return wishes.map((wish) => rows.find((row) => row.name === wish.name && row.purpose === wish.purpose) as Drawn);
}

type Drawn = { name: string; purpose: Purpose; enabled: boolean; granted: number };
type Row = { name: string; enabled: boolean; version: number; person: number; background: number };

/** The switch, and the month's calls without those of the named epoch. */
function selectStates(counted: Counted[], now: Date): Fragment {
  const month = `${isoDay(now).slice(0, 7)}-01`;
  return sql`
    select counted.name,
           coalesce(provider_switches.enabled, true) as enabled,
           coalesce(provider_switches.version, 0)::int as version,
           coalesce(sum(provider_days.calls) filter (where provider_days.purpose = 'person'), 0)::float8 as person,
           coalesce(sum(provider_days.calls) filter (where provider_days.purpose = 'background'), 0)::float8 as background
      from unnest(${counted.map(({ name }) => name)}::text[], ${counted.map(({ epoch }) => epoch)}::text[])
        as counted (name, epoch)
      left join provider_switches on provider_switches.provider = counted.name
      left join provider_days on provider_days.provider = counted.name
                             and provider_days.day >= ${month}::date
                             and provider_days.day < ${month}::date + interval '1 month'
                             and provider_days.outcome = 'asked'
                             and provider_days.epoch <> counted.epoch
     group by counted.name, provider_switches.enabled, provider_switches.version`;
}

function toStates(counted: Counted[], now: Date, rows: Row[]): ProviderState[] {
  return counted.map(({ name, epoch }) => {
    const { enabled, version, person, background } = rows.find((row) => row.name === name) as Row;
    return { epoch, enabled, version, month: monthNumber(now), spent: { person, background } };
  });
}
