import { msPerHour } from "../base/day.ts";
/**
 * Decides when a watch alerts and when it stays silent. Pure: no clock, no database; amounts are whole minor units of
 * the watch's currency, instants UTC milliseconds, and all arithmetic is exact on integers.
 */

/** In the order in which an alert names them. */
export const ruleNames = ["target", "drop", "new_low", "route_low"] as const;
export type RuleName = (typeof ruleNames)[number];

/** The rules that are on. `drop` is in basis points (1/10,000): 1000 means "a tenth below the baseline". */
export type Rules = { target: number | null; drop: number | null; newLow: boolean; routeLow: boolean };

/**
 * The state of one rule. It is fired while it has a `trigger` (the bound that the price crossed when it fired),
 * otherwise armed. `since` starts the wait before it is armed again; `level` counts the alerts since it was armed, one
 * for each further fall; `epoch` counts how often it was armed.
 */
export type RuleState = { epoch: number; level: number; trigger: number | null; since: number | null };

/** What is stored about a watch between checks. A rule that never fired is absent from `rules`. */
export type State = {
  firstPrice: number | null;
  lastAlert: { price: number; at: number } | null;
  rules: Partial<Record<RuleName, RuleState>>;
};

/**
 * Figures from the prices before this check; null where there are too few prices, or where the figure cannot matter at
 * this price.
 */
export type History = {
  /** Median of the daily minima of the 14 UTC days before, from at least 3 of them. */
  baseline: number | null;
  /** Lowest ok price of the 90 × 24 h before, with ok checks on at least 14 distinct earlier days. */
  low: number | null;
  /** Median of the ok prices of the 30 × 24 h before, from at least 5 of them. */
  usual: number | null;
  /** The total at or below which a price is low for this route and party. */
  routeLow: number | null;
  /** The ok check before this one was doubtful. */
  afterDoubtful: boolean;
};

/**
 * One observation: `price` is the party's total. `decimals` are the currency's; they scale the fixed 5.00 of the rules.
 */
export type Check = {
  at: number;
  status: "ok" | "partial" | "no_results" | "provider_error" | "rate_limited";
  price: number | null;
  decimals: number;
  /** Whether the provider confirmed the price in the same sweep, did not confirm it, or cannot be asked. */
  confirmation: "confirmed" | "unconfirmed" | "impossible";
  /** The provider took back the price that it gave first. */
  ghost: boolean;
};

export type Mode = "active" | "snoozed" | "paused" | "ended";

export type Fired = { rule: RuleName; epoch: number; level: number };

export type Silence =
  | "not ok"
  | "ended"
  | "paused"
  | "snoozed"
  | "no rule true"
  | "doubtful"
  | "ghost"
  | "cooling"
  | "already told";

/**
 * An alert with the rules it names, or the first reason for silence that applies. `until` is the end of a cooling (UTC
 * ms).
 */
export type Decision =
  | { fired: [Fired, ...Fired[]]; alreadyTrue: boolean; mistakeFare: boolean }
  | { silent: Silence; until?: number };

export const initialState: State = { firstPrice: null, lastAlert: null, rules: {} };

const cooling = 12 * msPerHour;
const rearming = 2 * msPerHour;
const fresh: RuleState = { epoch: 1, level: 1, trigger: null, since: null };

/** Judges one check. The returned state must be stored together with the alert, or neither. */
export function decide(
  rules: Rules,
  state: State,
  history: History,
  check: Check,
  mode: Mode = "active",
): { state: State; decision: Decision } {
  const { price, at } = check;
  if (check.status !== "ok" || price === null) return { state, decision: { silent: "not ok" } };
  if (mode === "ended") return { state, decision: { silent: "ended" } };

  const least = leastStep(check.decimals);
  const bounds = boundsOf(rules, state, history, least);
  const odd = doubtful(price, history.usual);
  const trusted =
    !odd || check.confirmation === "confirmed" || (check.confirmation === "impossible" && history.afterDoubtful);
  const cool = state.lastAlert !== null && at - state.lastAlert.at < cooling && price * 10 > state.lastAlert.price * 9;
  const mayFire = mode === "active" && trusted && !cool;

  const fired: Fired[] = [];
  const next: State["rules"] = { ...state.rules };
  let anyTrue = false;
  for (const rule of ruleNames) {
    const bound = bounds[rule];
    const before = state.rules[rule] ?? fresh;
    const isTrue = bound !== null && price <= bound;
    anyTrue ||= isTrue;
    if (before.trigger === null) {
      if (!isTrue || !mayFire) continue;
      fired.push({ rule, epoch: before.epoch, level: 1 });
      next[rule] = { epoch: before.epoch, level: 1, trigger: bound, since: null };
      continue;
    }
    const falls = isTrue && mayFire && state.lastAlert !== null && price <= furtherFall(state.lastAlert.price, least);
    const level = falls ? before.level + 1 : before.level;
    if (falls) fired.push({ rule, epoch: before.epoch, level });
    next[rule] = rearm({ ...before, level }, before.trigger, price, at);
  }

  const [first, ...others] = fired;
  const after: State = {
    firstPrice: state.firstPrice ?? price,
    lastAlert: first ? { price, at } : state.lastAlert,
    rules: next,
  };
  if (first) {
    return {
      state: after,
      decision: { fired: [first, ...others], alreadyTrue: state.firstPrice === null, mistakeFare: odd },
    };
  }
  const until = cool && state.lastAlert ? { until: state.lastAlert.at + cooling } : {};
  const silent: Silence =
    mode !== "active"
      ? mode
      : !anyTrue
        ? "no rule true"
        : !trusted
          ? "doubtful"
          : check.ghost
            ? "ghost"
            : cool
              ? "cooling"
              : "already told";
  return { state: after, decision: silent === "cooling" ? { silent, ...until } : { silent } };
}

/** The bound at or below which each rule is true now; null for a rule that is off or that the history cannot judge. */
export function boundsOf(rules: Rules, state: State, history: History, least: number): Record<RuleName, number | null> {
  const baseline = history.baseline ?? state.firstPrice;
  const { low } = history;
  return {
    target: rules.target,
    drop: rules.drop === null || baseline === null ? null : dropBound(rules.drop, baseline),
    new_low: !rules.newLow || low === null ? null : newLowBound(low, least),
    route_low: rules.routeLow ? history.routeLow : null,
  };
}

/** floor((1 − share) × baseline), the share in 1/10,000. */
export function dropBound(share: number, baseline: number): number {
  return Math.floor(((10_000 - share) * baseline) / 10_000);
}

/**
 * The largest share (1/10,000) whose drop bound this price does not exceed; -1 when the price is above the baseline.
 */
export function dropLimit(price: number, baseline: number): number {
  return Math.max(-1, 10_000 - Math.ceil((price * 10_000) / baseline));
}

/** floor(low − max(2 % of low, 5.00)). */
export function newLowBound(low: number, least: number): number {
  return Math.min(Math.floor((98 * low) / 100), low - least);
}

/** The highest price that is at least 5 % and at least 5.00 below `told`, the price of the last alert. */
export function furtherFall(told: number, least: number): number {
  return told - Math.max(Math.ceil(told / 20), least);
}

/** The lowest price that counts towards arming a rule again: 1.03 × its trigger. */
export function rearmPrice(trigger: number): number {
  return Math.ceil((103 * trigger) / 100);
}

/** Returns whether a price is under 40 % of the usual one. */
export function doubtful(price: number, usual: number | null): boolean {
  return usual !== null && price * 5 < usual * 2;
}

/** 5.00 in minor units of a currency with this number of decimals. */
export function leastStep(decimals: number): number {
  return 5 * 10 ** decimals;
}

/** Starts a new epoch, armed, for the named rules. */
export function startEpoch(rules: State["rules"], named: RuleName[]): State["rules"] {
  return Object.fromEntries(named.map((rule) => [rule, { ...fresh, epoch: (rules[rule] ?? fresh).epoch + 1 }]));
}

function rearm(rule: RuleState, trigger: number, price: number, at: number): RuleState {
  if (price < rearmPrice(trigger)) return { ...rule, since: null };
  if (rule.since === null) return { ...rule, since: at };
  if (at - rule.since < rearming) return rule;
  return { ...fresh, epoch: rule.epoch + 1 };
}
