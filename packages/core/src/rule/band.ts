import {
  dropBound,
  dropLimit,
  furtherFall,
  leastStep,
  type Mode,
  type RuleName,
  type Rules,
  rearmPrice,
  type State,
} from "./decide.ts";

/** Wakes the watch at any price: larger than any amount, and exact in a double. */
export const anyPrice = Number.MAX_SAFE_INTEGER;

/**
 * The prices at which a watch must be judged; at any other price nothing about it can change. The fare's new price
 * wakes the watch when it is ≤ `below`, ≥ `above`, at least `drop` (1/10,000) below the fare's baseline, ≤ `first`
 * while the fare has no baseline, or when a low of the fare or its route could be true.
 */
export type Band = {
  below: number;
  above: number | null;
  drop: number | null;
  first: number | null;
  newLow: boolean;
  routeLow: boolean;
  live: boolean;
};

/** The band of a watch that no price wakes. */
export const neverWakes: Band = {
  below: 0,
  above: null,
  drop: null,
  first: null,
  newLow: false,
  routeLow: false,
  live: false,
};

/**
 * Computes a superset of the prices at which `decide` would change the state or give an alert; a property test compares
 * the two. A snoozed watch keeps the band of an active one, so that nothing must be written when the snooze ends.
 */
export function bandOf(rules: Rules, state: State, decimals: number, mode: Mode = "active"): Band {
  if (mode === "ended") return neverWakes;
  const active = mode !== "paused";
  const armed = (rule: RuleName) => active && (state.rules[rule]?.trigger ?? null) === null;
  const fired = Object.values(state.rules).flatMap((rule) =>
    rule.trigger === null ? [] : [{ ...rule, trigger: rule.trigger }],
  );
  const least = leastStep(decimals);
  const falls = active && fired.length > 0 && state.lastAlert ? furtherFall(state.lastAlert.price, least) : 0;
  const target = armed("target") ? (rules.target ?? 0) : 0;
  const drop = armed("drop") ? rules.drop : null;
  return {
    below: state.firstPrice === null ? anyPrice : Math.max(target, falls, 0),
    above:
      fired.length === 0
        ? null
        : Math.min(...fired.map((rule) => (rule.since === null ? rearmPrice(rule.trigger) : 0))),
    drop,
    first: drop === null || state.firstPrice === null ? null : dropBound(drop, state.firstPrice),
    newLow: active && rules.newLow,
    routeLow: active && rules.routeLow,
    live: mode !== "paused",
  };
}

/** The lowest price that `price` is within 5 % of. */
export function leastNear(price: number): number {
  return Math.ceil((100 * price) / 105);
}

/** Returns whether a price that does not wake a watch with this band would wake it if it were up to 5 % lower. */
export function isNear({ below, drop, first }: Band, price: number, baseline: number | null): boolean {
  const least = leastNear(price);
  if (below >= least && below < price) return true;
  if (baseline === null) return first !== null && first >= least && first < price;
  return drop !== null && drop > dropLimit(price, baseline) && drop <= dropLimit(least, baseline);
}
