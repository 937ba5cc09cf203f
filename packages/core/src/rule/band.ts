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

/** Wakes at any price: larger than any amount, and exact in a double. */
export const always = Number.MAX_SAFE_INTEGER;

/**
 * The prices at which a watch must be judged; at any other nothing about it can change. Each is compared with the
 * fare's new price: woken when it is ≤ `below`, ≥ `above`, a share of at least `drop` (1/10,000) below the fare's
 * baseline, ≤ `first` while the fare has no baseline, or when a low of the fare or its route could be true.
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

/** Nothing wakes it. */
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
 * A superset of when `decide` would change the state or speak, held to it by a property test. A snoozed watch keeps the
 * band of an active one, so that nothing need happen when it wakes.
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
    below: state.firstPrice === null ? always : Math.max(target, falls, 0),
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

/** The least price that `price` is within 5 % of. */
export function leastNear(price: number): number {
  return Math.ceil((100 * price) / 105);
}

/** Whether a price that does not wake a watch with this band would if it were lower by up to 5 %. */
export function isNear({ below, drop, first }: Band, price: number, baseline: number | null): boolean {
  const least = leastNear(price);
  if (below >= least && below < price) return true;
  if (baseline === null) return first !== null && first >= least && first < price;
  return drop !== null && drop > dropLimit(price, baseline) && drop <= dropLimit(least, baseline);
}
