import fc from "fast-check";
import { expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Fare from "../../../src/fare.ts";
import type { Fired } from "../../../src/rule.ts";
import * as Rule from "../../../src/rule.ts";
import * as Sweep from "../../../src/sweep.ts";
import { replaySeries } from "../../../src/watch/past/decisions.ts";
import { replay, type Step } from "../../../src/watch/past/replay.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { type Edit, lives, type Move, silences, whats } from "../../support/moves.ts";
import { factor, runs } from "../../support/runs.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { everySweep } from "../../support/sweep.ts";

/**
 * The replayed past is what happened: every replayed decision is one that a sweep made, with the alert that it wrote
 * and the state that it left.
 */

const hour = 3_600_000;

function written({ target, drop, newLow, routeLow, isActive, what }: Edit) {
  return {
    ...(what === undefined ? {} : whats[what]),
    rules: {
      ...(target === undefined ? {} : { target: target === null ? null : (target / 100).toFixed(2) }),
      ...(drop === undefined ? {} : { drop: drop === null ? null : (drop / 10_000).toFixed(4) }),
      ...(newLow === undefined ? {} : { newLow }),
      ...(routeLow === undefined ? {} : { routeLow }),
    },
    ...(isActive === undefined ? {} : { isActive }),
  };
}

/** Some actions are refused; a refused one changes nothing. */
async function tried<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: Error & { code?: string }) => {
    if (!["watch.duplicate", "watch.no_rule", "watch.checked"].includes(error.code ?? "")) {
      if (error.name !== "ValiError") throw error;
    }
    return undefined;
  });
}

type Played = { id: string; userId: string; checked: Map<number, Watch.Checked> };

async function play(steps: Move[], confirms: boolean): Promise<Played[]> {
  await sql`truncate users, fare_keys cascade`;
  const route = { origin: "STN", destination: "BGY", currency: "GBP" };
  const watches: Played[] = [];
  let at = a.noon.getTime();
  // A user who never changes anything, so that each fare is always priced.
  const keeper = await a.user();
  for (const what of whats) await Watch.create(keeper, { ...route, ...what, rules: { drop: "0.90" } }, new Date(at));

  for (const step of steps) {
    if (step.do === "create") {
      const userId = await a.user();
      const wanted = { ...route, ...written({ ...step.rules, what: step.what }) };
      const made = await tried(Watch.create(userId, wanted, new Date(at)));
      if (made) watches.push({ id: made.id, userId, checked: new Map() });
      continue;
    }
    const watch = "watch" in step ? watches[step.watch] : undefined;
    if (step.do === "edit") {
      if (watch) await tried(Watch.update(watch.userId, watch.id, written(step.edit), new Date(at)));
      continue;
    }
    if (step.do === "snooze") {
      if (watch) await tried(Watch.snooze(watch.userId, watch.id, { days: step.days }, new Date(at)));
      continue;
    }
    at += step.gap * hour;
    const priced = (name: string) => step.prices[Number(name.at(-1)) - 1]!;
    const provider = stubProvider(
      (name) => priced(name).said,
      confirms ? (name, total) => priced(name).confirmed || total : undefined,
    );
    if (step.do === "sweep") await Sweep.run(new Date(at), { provider, cadence: everySweep });
    else if (watch) {
      const checked = await tried(Sweep.check(watch.userId, watch.id, new Date(at), { provider, cadence: everySweep }));
      if (checked) watch.checked.set(at, checked);
    }
  }
  at += 24 * hour;
  await Sweep.run(new Date(at), { provider: stubProvider(() => 200_00), cadence: everySweep });
  await Fare.rollUp(new Date(at));
  return watches;
}

async function all(userId: string, id: string, series: number) {
  const items: Watch.Judged[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const part = await Watch.decisions(userId, id, { series, limit: 7, ...(cursor ? { cursor } : {}) });
    items.push(...part.items);
    cursor = part.nextCursor;
  }
  return items;
}

/** The stored alerts, as the API shows them. */
function alerts(steps: Step[]) {
  return steps.flatMap(({ check: { at, price }, decision }) =>
    "fired" in decision ? [{ ...decision, at, price, fired: decision.fired.map(({ rule }) => rule) }] : [],
  );
}

const reached = new Map<string, number>();

/** Without the epochs: earlier series had some of them. */
function leveled({ decision, state, ...step }: Step) {
  const level = ({ rule, level }: Fired) => ({ rule, level });
  const rules = Object.entries(state.rules).map(([rule, { epoch: _, ...rest }]) => [rule, rest]);
  return {
    ...step,
    decision: "fired" in decision ? { ...decision, fired: decision.fired.map(level) } : decision,
    state: { ...state, rules: Object.fromEntries(rules) },
  };
}

async function holds({ id, userId, checked }: Played): Promise<void> {
  const present = await Watch.get(userId, id, new Date(0));
  const rows = await sql`
    select extract(epoch from alerts.at)::float8 * 1000 as at,
           alerts.price::float8,
           alerts.rules as fired,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare"
      from alerts
     where alerts.watch_id = ${id}
     order by alerts.at`;
  const found: unknown[] = [];
  for (let series = 1; series <= present.series; series++) {
    const walk = await replaySeries(userId, id, series);
    const { told: _, ...blind } = walk;
    const steps = replay(walk);
    expect(replay(blind).map(leveled)).toEqual(steps.map(leveled));
    if (series === 1) expect(replay(blind)).toEqual(steps);
    found.push(...alerts(steps));
    for (const { decision } of steps) {
      const name = "fired" in decision ? decision.fired.map(({ rule }) => rule).join("+") : decision.silent;
      reached.set(name, (reached.get(name) ?? 0) + 1);
    }
    await told(userId, id, series, steps, checked);
    if (series < present.series) continue;
    const [row] = await sql`select state::text from price_watches where id = ${id}`;
    const last = steps.at(-1);
    const state = Rule.unpack(row?.state);
    if (last) expect(leveled({ ...last, state })).toEqual(leveled(last));
    if (last && series === 1) expect(last.state).toEqual(state);
  }
  expect(found).toEqual(rows);
}

/** The pages of decisions are the replayed ones, and the checks on demand gave the same answers. */
async function told(userId: string, id: string, series: number, steps: Step[], checked: Played["checked"]) {
  const shown = await all(userId, id, series);
  expect(shown.map(({ at }) => Date.parse(at))).toEqual(steps.map(({ check }) => check.at).reverse());
  for (const { at, price, status, decision, bounds } of shown) {
    const found = checked.get(Date.parse(at));
    if (found) expect({ check: { at, price, status }, decision }).toEqual(found);
    if (!("fired" in decision)) continue;
    const named = { target: bounds.target, drop: bounds.drop, new_low: bounds.newLow, route_low: bounds.routeLow };
    for (const rule of decision.fired)
      expect(Number(named[rule]?.amount)).toBeGreaterThanOrEqual(Number(price?.amount));
  }
}

test.each([
  ["cannot confirm", false],
  ["can confirm", true],
])(
  "with a provider that %s, the replayed past is what the sweeps did",
  async (_, confirms) => {
    const holdsAlways = async (moves: Move[]) => {
      for (const watch of await play(moves, confirms)) await holds(watch);
    };
    await holdsAlways(silences);
    await fc.assert(fc.asyncProperty(lives, holdsAlways), { numRuns: runs(3), endOnFailure: true });
    for (const silent of ["not ok", "no rule true", "cooling", "already told", "paused", "snoozed"])
      expect(reached.get(silent), silent).toBeGreaterThan(0);
  },
  300_000 * factor,
);
