import fc from "fast-check";
import { expect, test } from "vitest";
import { sql } from "../src/db.ts";
import type { Confirmation } from "../src/flight.ts";
import * as Sweep from "../src/sweep.ts";
import { begin } from "../src/watch/decide.ts";
import { walkOf } from "../src/watch/decisions.ts";
import { retrace, type Step } from "../src/watch/retrace.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./a.ts";
import { market, offer, type Said } from "./market.ts";
import { often } from "./sweeping.ts";

/**
 * What people are told of a watch's past is what happened: every decision that is walked to again is the one a sweep made,
 * with the alert that it wrote and the state that it left.
 */

const hour = 3_600_000;
const fares = 2;

type Edit = Partial<{
  target: number | null;
  drop: number | null;
  newLow: boolean;
  routeLow: boolean;
  isActive: boolean;
}>;
type Priced = { said: Said; confirmed: number | Confirmation };
type Step_ =
  | { do: "create"; fare: number; rules: Edit }
  | { do: "edit"; watch: number; edit: Edit }
  | { do: "check"; watch: number; gap: number; prices: Priced[] }
  | { do: "sweep"; gap: number; prices: Priced[] };

const total = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(180_00, 189_00, 190_00, 195_00, 200_00, 206_00, 220_00) },
  { weight: 1, arbitrary: fc.constantFrom(70_00, 100_00, 150_00, 170_00) },
  { weight: 1, arbitrary: fc.integer({ min: 50_00, max: 400_00 }) },
);
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 14, arbitrary: total },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Said[]>(
      null,
      new Error("reset"),
      { status: "partial", offers: [offer(1)] },
      { status: "rate_limited", offers: [] },
    ),
  },
);
const confirmed = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: total },
  { weight: 1, arbitrary: fc.constantFrom<Confirmation[]>({ status: "gone" }, { status: "provider_error" }) },
);
const rules = {
  target: fc.option(fc.constantFrom(100_00, 189_00, 190_00), { nil: null, freq: 2 }),
  drop: fc.option(fc.constantFrom(500, 1000), { nil: null }),
  newLow: fc.boolean(),
  routeLow: fc.boolean(),
};
const prices = fc.array(fc.record({ said, confirmed }), { minLength: fares, maxLength: fares });
const step: fc.Arbitrary<Step_> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("create" as const), fare: fc.nat(fares - 1), rules: fc.record(rules) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      watch: fc.nat(5),
      edit: fc.record({ ...rules, isActive: fc.boolean() }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("check" as const),
      watch: fc.nat(5),
      gap: fc.constantFrom(1, 3),
      prices,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant("sweep" as const), gap: fc.constantFrom(1, 2, 12, 24, 24, 24, 24), prices }),
  },
);

function written({ target, drop, newLow, routeLow, isActive }: Edit) {
  return {
    ...(target === undefined ? {} : { targetPrice: target === null ? null : (target / 100).toFixed(2) }),
    ...(drop === undefined ? {} : { alertThreshold: drop === null ? null : drop / 10_000 }),
    rules: { ...(newLow === undefined ? {} : { newLow }), ...(routeLow === undefined ? {} : { routeLow }) },
    ...(isActive === undefined ? {} : { isActive }),
  };
}

/** A person may not do everything; what is refused changes nothing. */
async function tried<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: Error & { code?: string }) => {
    if (!["watch.duplicate", "watch.no_rule", "watch.checked"].includes(error.code ?? "")) {
      if (error.name !== "ValiError") throw error;
    }
    return undefined;
  });
}

type Played = { id: string; userId: string; checked: Map<number, Watch.Checked> };

async function play(steps: Step_[], confirms: boolean): Promise<Played[]> {
  await sql`truncate users, fares cascade`;
  const { origin, destination } = { origin: "STN", destination: "BGY" };
  const journeys = Array.from({ length: fares }, (_, index) => {
    return { origin, destination, departureDate: `2026-08-0${index + 1}`, currency: "GBP" };
  });
  const watches: Played[] = [];
  let at = a.noon.getTime();
  const create = async (fare: number, rules: Edit) => {
    const userId = await a.user();
    const made = await tried(Watch.create(userId, { ...journeys[fare], ...written(rules) }, new Date(at)));
    if (made) watches.push({ id: made.id, userId, checked: new Map() });
  };
  // Somebody who never changes anything, so that each fare is always priced.
  const keeper = await a.user();
  for (const journey of journeys) await Watch.create(keeper, { ...journey, alertThreshold: 0.9 }, new Date(at));

  for (const step of steps) {
    if (step.do === "create") {
      await create(step.fare, step.rules);
      continue;
    }
    const watch = "watch" in step ? watches[step.watch] : undefined;
    if (step.do === "edit") {
      if (watch) await tried(Watch.update(watch.userId, watch.id, written(step.edit), new Date(at)));
      continue;
    }
    at += step.gap * hour;
    const priced = (name: string) =>
      step.prices[journeys.findIndex(({ departureDate }) => name.endsWith(departureDate))]!;
    const provider = market(
      (name) => priced(name).said,
      confirms ? (name, total) => priced(name).confirmed || total : undefined,
    );
    if (step.do === "sweep") await Sweep.run(new Date(at), { provider, cadence: often });
    else if (watch) {
      const checked = await tried(Sweep.check(watch.userId, watch.id, new Date(at), { provider, cadence: often }));
      if (checked) watch.checked.set(at, checked);
    }
  }
  at += 24 * hour;
  await Sweep.run(new Date(at), { provider: market(() => 200_00), cadence: often });
  return watches;
}

async function all(userId: string, id: string) {
  const items: Watch.Judged[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const part = await Watch.decisions(userId, id, { limit: 7, ...(cursor ? { cursor } : {}) });
    items.push(...part.items);
    cursor = part.nextCursor;
  }
  return items;
}

/** What was told, as alerts say it. */
function alerts(steps: Step[]) {
  return steps.flatMap(({ check: { at, price }, decision }) =>
    "fired" in decision ? [{ ...decision, at, price, fired: decision.fired.map(({ rule }) => rule) }] : [],
  );
}

const reached = new Map<string, number>();

async function holds({ id, userId, checked }: Played): Promise<void> {
  const walk = await walkOf(userId, id, undefined);
  const { told, ...blind } = walk;
  const steps = retrace(blind);
  for (const { decision } of steps) {
    const name = "fired" in decision ? decision.fired.map(({ rule }) => rule).join("+") : decision.silent;
    reached.set(name, (reached.get(name) ?? 0) + 1);
  }
  expect(retrace(walk)).toEqual(steps);
  expect(told?.size).toBe(alerts(steps).length);
  const rows = await sql`
    select extract(epoch from alerts.at)::float8 * 1000 as at,
           alerts.price::float8,
           alerts.rules as fired,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare"
      from alerts
     where alerts.watch_id = ${id}
     order by alerts.at`;
  expect(alerts(steps)).toEqual(rows);
  const [row] = await sql`select state::text from price_watches where id = ${id}`;
  expect(steps.at(-1)?.state ?? begin).toEqual(Watch.unpack(row?.state));

  const shown = await all(userId, id);
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
  "with a provider that %s, what is told of the past is what the sweeps did",
  async (_, confirms) => {
    const steps = fc.array(step, { minLength: 60, maxLength: 90, size: "max" });
    const first = fc.record({ do: fc.constant("create" as const), fare: fc.nat(fares - 1), rules: fc.record(rules) });
    await fc.assert(
      fc.asyncProperty(fc.tuple(first, first, steps), async ([one, other, steps]) => {
        for (const watch of await play([one, other, ...steps], confirms)) await holds(watch);
      }),
      { numRuns: Number(process.env.MODEL_RUNS ?? 6), endOnFailure: true },
    );
    for (const silent of ["not ok", "no rule true", "cooling", "already told", "paused"])
      expect(reached.get(silent), silent).toBeGreaterThan(0);
  },
  240_000,
);
