import fc from "fast-check";
import { expect, test } from "vitest";
import * as Fare from "../../src/fare.ts";
import {
  bandOf,
  type Check,
  decide,
  dropLimit,
  type History,
  initialState,
  type Mode,
  type Rules,
  ruleNames,
  type State,
} from "../../src/rule.ts";
import { historyBefore } from "../support/decisions.ts";
import { historyOf, median, Oracle, wasDoubtful } from "../support/oracle.ts";

const hour = 3_600_000;

/** Whole hours between checks, often exactly the waits of the rules, and prices close to their bounds. */
const gap = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 2, 12, 24));
const price = fc.oneof(
  fc.integer({ min: 1, max: 400_00 }),
  fc.constantFrom(79_99, 80_00, 179_99, 180_00, 190_00, 194_99, 195_00, 200_00, 205_99, 206_00, 300_00),
);
const status = fc.constantFrom("ok", "ok", "ok", "ok", "ok", "partial", "no_results", "provider_error" as const);
const mode = fc.constantFrom<Mode[]>("active", "active", "active", "active", "snoozed", "paused");
const drop = fc.option(fc.constantFrom(100, 1000, 1234, 9000), { nil: null });
const target = fc.option(fc.constantFrom(100_00, 200_00, 1), { nil: null });
const rules: fc.Arbitrary<Rules> = fc.record({ target, drop, newLow: fc.boolean(), routeLow: fc.boolean() });
const routeLow = fc.option(fc.constantFrom(150_00, 195_00), { nil: null });
const step = fc.record({ gap, price, status, mode, routeLow, confirmable: fc.boolean(), decimals: fc.constant(2) });
const steps = fc.array(step, { minLength: 1, maxLength: 60 });
/** Ok checks from before the watch, a day apart. */
const before = fc.array(price, { maxLength: 40 });

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Told = { at: number; price: number; rules: string[]; alreadyTrue: boolean; mistakeFare: boolean };

/**
 * Runs a whole history through `decide`, with the product's own figures of the past; `seen` is called with every check.
 */
function play(rules: Rules, prices: number[], steps: Step[], heard: (each: Heard) => void): Told[] {
  let at = Date.parse("2026-03-01T07:00Z");
  const past: Fare.PricePoint[] = prices.map((price, index) => ({
    at: at - (prices.length - index) * 24 * hour,
    price,
  }));
  let state: State = initialState;
  const told: Told[] = [];
  for (const { gap, price, status, mode, routeLow, confirmable, decimals } of steps) {
    at += gap * hour;
    const check: Check = {
      at,
      status,
      price: status === "ok" || status === "partial" ? price : null,
      decimals,
      confirmation: confirmable ? "confirmed" : "impossible",
      ghost: false,
    };
    const history: History = { ...historyBefore(past, at), routeLow, afterDoubtful: wasDoubtful(past, at) };
    const after = decide(rules, state, history, check, mode);
    heard({ rules, state, history, check, mode, past, after });
    if ("fired" in after.decision) {
      const { fired, ...more } = after.decision;
      told.push({ at, price, rules: fired.map(({ rule }) => rule), ...more });
    }
    state = after.state;
    if (status === "ok") past.push({ at, price });
  }
  return told;
}

type Heard = {
  rules: Rules;
  state: State;
  history: History;
  check: Check;
  mode: Mode;
  past: Fare.PricePoint[];
  after: ReturnType<typeof decide>;
};

test("two implementations of the rules give the same alerts and end in the same state", () => {
  fc.assert(
    fc.property(rules, before, steps, (rules, before, steps) => {
      const reader = new Oracle(2);
      let last: State = initialState;
      const told = play(rules, before, steps, ({ check, mode, past, history, after }) => {
        last = after.state;
        if (check.status !== "ok" || check.price === null) return;
        const seen = historyOf(past, check.at);
        const trusted = check.confirmation === "confirmed" || wasDoubtful(past, check.at);
        const here = { at: check.at, price: check.price };
        reader.check(rules, mode !== "active", { ...seen, routeLow: history.routeLow }, here, trusted);
      });
      expect(told).toEqual(reader.told);
      for (const rule of ruleNames) {
        const { epoch = 1, level = 1, trigger = null, since = null } = last.rules[rule] ?? {};
        const { fired, ...standing } = reader.standing[rule];
        const [first] = fired ? reader.highSince(fired) : [];
        expect({ epoch, level, trigger, since }).toEqual({
          ...standing,
          trigger: fired?.trigger ?? null,
          since: first?.at ?? null,
        });
      }
    }),
    { numRuns: 300 },
  );
});

test("a rule never gives the same alert twice, and every alert is true, ok and asked for", () => {
  fc.assert(
    fc.property(rules, before, steps, (rules, before, steps) => {
      const numbers = new Set<string>();
      play(rules, before, steps, ({ rules, state, history, check, mode, after }) => {
        expect(decide(rules, state, history, check, mode)).toEqual(after);
        if (!("fired" in after.decision)) return;
        expect({ status: check.status, mode }).toEqual({ status: "ok", mode: "active" });
        for (const { rule, epoch, level } of after.decision.fired) {
          const number = `${rule} ${epoch}.${level}`;
          expect(numbers).not.toContain(number);
          numbers.add(number);
          const on = { target: rules.target, drop: rules.drop, new_low: rules.newLow, route_low: rules.routeLow }[rule];
          expect(on).toBeTruthy();
        }
      });
    }),
    { numRuns: 200 },
  );
});

test("decide does not change its arguments", () => {
  fc.assert(
    fc.property(rules, before, steps, (rules, before, steps) => {
      play(rules, before, steps, ({ rules, state, history, check, mode }) => {
        const given = structuredClone({ rules, state, history, check });
        decide(rules, state, history, check, mode);
        expect({ rules, state, history, check }).toEqual(given);
      });
    }),
    { numRuns: 50 },
  );
});

test("a band lets through every price that would change a watch or give an alert", () => {
  let [asleep, awake] = [0, 0];
  fc.assert(
    fc.property(rules, before, steps, (rules, before, steps) => {
      play(rules, before, steps, ({ rules, state, history, check, mode, past, after }) => {
        if (check.status !== "ok" || check.price === null) return;
        const band = bandOf(rules, state, check.decimals, mode);
        const { price } = check;
        const lowest = Math.min(...past.map((each) => each.price));
        const woken =
          price <= band.below ||
          (band.above !== null && price >= band.above) ||
          (band.drop !== null && history.baseline !== null && dropLimit(price, history.baseline) >= band.drop) ||
          (band.first !== null && history.baseline === null && price <= band.first) ||
          (band.newLow && price < lowest) ||
          band.routeLow;
        if (woken) awake++;
        else asleep++;
        if (!woken) expect({ state: after.state, fired: "fired" in after.decision }).toEqual({ state, fired: false });
      });
    }),
    { numRuns: 500 },
  );
  expect(Math.min(asleep, awake)).toBeGreaterThan(300);
});

test("a share wakes a drop rule exactly when its bound is reached", () => {
  const amount = fc.integer({ min: 1, max: 900_000_000_000 });
  fc.assert(
    fc.property(amount, amount, fc.integer({ min: 100, max: 9000 }), fc.boolean(), (one, other, share, near) => {
      const bound = (BigInt(10_000 - share) * BigInt(other)) / 10_000n;
      const price = near ? Math.max(1, Number(bound) + (one % 3) - 1) : one;
      expect(dropLimit(price, other) >= share).toBe(BigInt(price) <= bound);
    }),
    { numRuns: 2000 },
  );
});

test("the history's figures agree with counting over all prices", () => {
  const moment = fc.integer({ min: 0, max: 130 * 24 }).map((hours) => Date.parse("2026-01-01T00:00Z") + hours * hour);
  const checks = fc.uniqueArray(fc.record({ at: moment, price }), { maxLength: 80, selector: ({ at }) => at });
  fc.assert(
    fc.property(checks, moment, (checks, at) => {
      const seen = checks.toSorted((a, b) => a.at - b.at);
      expect(historyBefore(seen, at)).toEqual(historyOf(seen, at));
    }),
    { numRuns: 500 },
  );
  const prices = fc.array(price, { minLength: 1 });
  fc.assert(
    fc.property(prices, (prices) => {
      expect(Fare.median(prices)).toBe(median(prices));
    }),
  );
});
