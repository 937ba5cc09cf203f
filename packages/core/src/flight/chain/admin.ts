import * as v from "valibot";
import { inOwnRequest, orFallback, redis, script } from "../../base/cache.ts";
import { isoDay, monthNumber, msPerDay } from "../../base/day.ts";
import { sql } from "../../base/db.ts";
import { Problem } from "../../base/error.ts";
import { isGatherTime } from "../../base/gather.ts";
import { logger } from "../../base/log.ts";
import * as Metric from "../../base/metric.ts";
import * as Operator from "../../operator.ts";
import { type Provider, Switch } from "../status.ts";
import type { GatedProvider } from "./gate.ts";
import { type Entry, writeCounts } from "./ledger.ts";
import { budgetAt, keptSeconds, keyOf, type Purpose, runGate } from "./script.ts";

type State = Record<string, string>;
export type When = "always" | "gathered";
type Counted = { purpose: Purpose; outcome: string; epoch: string; month: number; today: number };
type Row = { name: string; enabled: boolean; counts: Counted[] };

/**
 * Lists all configured providers, for an operator.
 * @throws Problem `operator.required`
 */
export async function list(userId: string, gated: GatedProvider[], at: Date): Promise<{ items: Provider[] }> {
  const [states, rows] = await Promise.all([
    orFallback(readStates(gated), undefined),
    Operator.queryAsOperator<Row>(
      userId,
      (allowed) => sql`
        select gated.name,
               coalesce(provider_switches.enabled, true) as enabled,
               coalesce((
                 select jsonb_agg(to_jsonb(counted))
                   from (
                     select provider_days.purpose, provider_days.outcome, provider_days.epoch,
                            sum(provider_days.calls) as month,
                            coalesce(sum(provider_days.calls) filter (where provider_days.day = ${isoDay(at)}), 0) as today
                       from provider_days
                      where provider_days.provider = gated.name
                        and provider_days.day between date_trunc('month', ${isoDay(at)}::date) and ${isoDay(at)}::date
                      group by 1, 2, 3
                   ) counted), '[]') as counts
          from unnest(${gated.map(({ name }) => name)}::text[]) with ordinality as gated (name, place)
          left join provider_switches on provider_switches.provider = gated.name
         where ${allowed}
         order by gated.place`,
    ),
  ]);
  return { items: rows.map((row, index) => toInfo(row, gated[index]?.budget ?? null, states?.[index], at)) };
}

/**
 * Turns a provider on or off, for all processes with their next call. Each change is logged with the operator's id.
 * @throws ValiError, Problem `operator.required`, `provider.unknown`, and `provider.untold` when only Postgres could be
 * written: then it takes effect with the next count, and may be repeated to take effect at once
 */
export async function setEnabled(
  userId: string,
  name: string,
  input: unknown,
  gated: GatedProvider[],
  at: Date,
): Promise<Provider> {
  const { enabled } = v.parse(Switch, input);
  const known = gated.find((one) => one.name === name);
  const [row] = await Operator.queryAsOperator<{ version: number }>(
    userId,
    (allowed) => sql`
      insert into provider_switches (provider, enabled)
      select ${name}, ${enabled}
       where ${allowed}
         and ${known !== undefined}
      on conflict (provider) do update
         set enabled = excluded.enabled,
             version = provider_switches.version + 1,
             changed_at = now()
      returning provider_switches.version::int`,
  );
  if (!row || !known) throw new Problem("missing", "provider.unknown", "There is no such provider.");
  logger.info("provider turned", { userId, provider: name, enabled });
  const told = inOwnRequest((questions) =>
    questions.run(switchStatement, [keyOf(name)], [row.version, enabled ? 1 : 0]),
  );
  if ((await orFallback(told, undefined)) === undefined) {
    const message = "Not everywhere yet: the switch is set and is heeded within half an hour. Please repeat it.";
    throw new Problem("upstream", "provider.untold", message, { retryAfter: 5 });
  }
  const { items } = await list(userId, [known], at);
  return items[0] as Provider;
}

const switchStatement = script(`
if tonumber(redis.call('hget', KEYS[1], 'version') or 0) < tonumber(ARGV[1]) then
  redis.call('hset', KEYS[1], 'version', ARGV[1], 'on', ARGV[2])
  redis.call('expire', KEYS[1], ${keptSeconds})
end
return 1`);

/**
 * Writes Redis's counts to Postgres, and tells Redis what Postgres knows beside them: the switch, and calls counted
 * elsewhere. Redis holds whole counts, under the name of their epoch, and Postgres keeps the greater ones: so it may be
 * killed anywhere, run twice or several times at once, and nothing is lost or counted twice. A day's counts stay in
 * Redis until the day after. When Redis loses everything, the calls since the last run are lost. Writes counts `always`,
 * or those that have changed, `gathered` until a full or half hour; else Postgres is not asked. Emits whether a breaker is open, and how much of a budget's shares is used.
 * @returns how many counts were written
 */
export async function persistCounts(
  gated: GatedProvider[],
  at: Date,
  when: When = "always",
): Promise<{ counts: number }> {
  const states = await readStates(gated);
  for (const [index, { budget }] of gated.entries()) emitState(states[index] ?? {}, budget, at);
  const known = gated.flatMap(({ name }, index) => {
    const state = states[index];
    if (state?.epoch === undefined) return [];
    return [{ name, state, epoch: state.epoch, entries: entries(name, state.epoch, state) }];
  });
  if (!known.some(({ entries, state }) => isToWrite(entries, state, at, when))) return { counts: 0 };
  const written = known.flatMap((each) => each.entries);
  const told = await writeCounts(known, written, at);
  const yesterday = isoDay(new Date(at.getTime() - msPerDay));
  const wants = known.map((each, index) => {
    const past = each.entries.filter(({ day }) => day < yesterday);
    return { name: each.name, truth: told[index], forget: past.map(field), written: totalOf(each.entries, at) };
  });
  await runGate(wants, at);
  return { counts: written.length };
}

/** The calls of today and the day itself: a new day is written once. */
const totalOf = (entries: Entry[], at: Date) =>
  `${isoDay(at)} ${entries.reduce((sum, { day, calls }) => sum + (day === isoDay(at) ? calls : 0), 0)}`;

/** Whether counts are written now; what was written last stands in the state. */
function isToWrite(entries: Entry[], state: State, at: Date, when: When): boolean {
  if (when === "always") return true;
  return state.written !== totalOf(entries, at) && isGatherTime(at);
}

/** Emits whether the breaker is open, and how much of its share people or watches have used, whichever is more. */
function emitState(state: State, budget: number | null, at: Date): void {
  const shares = budget === null || Number(state.month) !== monthNumber(at) ? undefined : budgetAt(budget, at);
  const used = (["person", "background"] as const).map((purpose) => {
    const spent = Number(state[`base:${purpose}`] ?? 0) + Number(state[`own:${purpose}`] ?? 0);
    return shares ? (100 * spent) / Math.max(1, shares[purpose]) : 0;
  });
  Metric.emit({
    BreakerOpen: [Number(state.opened ?? 0) > 0 ? 1 : 0, "Count"],
    BudgetUsed: [Math.max(...used), "Percent"],
  });
}

/** Redis's hash of each provider; the client returns a hash unparsed, names and values in turn. */
async function readStates(gated: GatedProvider[]): Promise<State[]> {
  const pipeline = redis.pipeline();
  for (const { name } of gated) pipeline.hgetall(keyOf(name));
  const hashes = await pipeline.exec<(string[] | null)[]>();
  return hashes.map((hash) => {
    const pairs = (hash ?? []).flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1] ?? ""]] : []));
    return Object.fromEntries(pairs);
  });
}

const field = ({ day, purpose, outcome }: Entry) => `n:${day}:${purpose}:${outcome}`;

function entries(name: string, epoch: string, state: State): Entry[] {
  return Object.entries(state).flatMap(([key, count]) => {
    const [, day, purpose, outcome] = /^n:([\d-]+):(person|background):(\w+)$/.exec(key) ?? [];
    if (day === undefined || outcome === undefined || !Number.isSafeInteger(Number(count))) return [];
    return [{ name, epoch, day, purpose: purpose as Purpose, outcome, calls: Number(count) }];
  });
}

/** For each count the greater of the two: the persisted one, or Redis's by now. */
function greaterCounts(carried: Counted[], state: State, at: Date): Counted[] {
  const { epoch } = state;
  if (epoch === undefined) return carried;
  const counts = new Map(carried.map((each) => [`${each.epoch} ${each.purpose} ${each.outcome}`, each]));
  const raise = (purpose: Purpose, outcome: string, by: { month?: number; today?: number }) => {
    const key = `${epoch} ${purpose} ${outcome}`;
    const { month = 0, today = 0 } = counts.get(key) ?? {};
    const most = { month: Math.max(month, by.month ?? 0), today: Math.max(today, by.today ?? 0) };
    counts.set(key, { purpose, outcome, epoch, ...most });
  };
  for (const { day, purpose, outcome, calls } of entries("", epoch, state))
    if (day === isoDay(at)) raise(purpose, outcome, { today: calls });
  if (Number(state.month) === monthNumber(at))
    for (const purpose of ["person", "background"] as const)
      raise(purpose, "asked", { month: Number(state[`own:${purpose}`] ?? 0) });
  return [...counts.values()];
}

function toInfo({ name, enabled, counts }: Row, budget: number | null, state: State | undefined, at: Date): Provider {
  const number = (key: string) => Number(state?.[key] ?? 0);
  const [opened, failed, resets] = [number("opened"), number("failed"), number("resets")];
  const iso = (time: number) => new Date(time).toISOString();
  const all = greaterCounts(counts, state ?? {}, at);
  const spent = (purpose: Purpose) =>
    all.reduce((sum, each) => sum + (each.purpose === purpose && each.outcome === "asked" ? each.month : 0), 0);
  const today: Record<string, number> = {};
  for (const each of all) if (each.today > 0) today[each.outcome] = (today[each.outcome] ?? 0) + each.today;
  const open = opened > at.getTime() ? "open" : "half-open";
  const { due: _, ...shares } = budgetAt(budget ?? 0, at);
  return {
    ...{ name, enabled, budget, today },
    shares: budget === null ? null : shares,
    breaker: state === undefined ? "unknown" : opened === 0 ? "closed" : open,
    lastFailureAt: failed > 0 ? iso(failed) : null,
    spent: { person: spent("person"), background: spent("background") },
    rate:
      resets > at.getTime() ? { limit: number("limit"), remaining: number("remaining"), resetsAt: iso(resets) } : null,
  };
}
