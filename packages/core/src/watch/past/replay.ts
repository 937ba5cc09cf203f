import {
  boundsOf,
  type Check,
  type Decision,
  decide,
  doubtful,
  type Fired,
  initialState,
  leastStep,
  modeOf,
  type RuleName,
  type Rules,
  type State,
  startEpoch,
} from "../../rule.ts";
import { MovingHistory } from "./window.ts";

/**
 * One recorded check of a fare or a basket (minor units, UTC milliseconds); `low` is what was low for the route of the
 * fare whose price it was, if known.
 */
export type RecordedCheck = Pick<Check, "at" | "status" | "price" | "ghost"> & {
  confirmable: boolean;
  low: number | null;
};

/** The rules of a watch, set at the moment `at`, for checks after `after` (all checks when null), until its next change. */
export type RuleChange = {
  at?: number;
  after: number | null;
  rules: Rules;
  isActive: boolean;
  snoozedUntil: number | null;
  anew: RuleName[];
  /** What was told before, of a watch that was moved in. */
  state?: State | null;
};

/** An alert as it was stored. */
export type StoredAlert = { fired: [Fired, ...Fired[]]; alreadyTrue: boolean; mistakeFare: boolean };

/**
 * The outcome of a check. It was `not judged` if the watch was created or changed while the check was being settled.
 */
export type ReplayedDecision = Decision | { silent: "not judged" };

export type Step = {
  check: RecordedCheck;
  decision: ReplayedDecision;
  rules: Rules;
  bounds: Record<RuleName, number | null>;
  state: State;
};

/** `recorded` and `changes` are in order of time. `told` holds the stored alerts by their moment, if they are known. */
export type ReplayInput = {
  recorded: RecordedCheck[];
  /** What was known at each check, from `historiesOf`: to replay one record more than once. */
  histories?: ReturnType<MovingHistory["at"]>[];
  changes: RuleChange[];
  endedAt: number | null;
  decimals: number;
  told?: Map<number, StoredAlert>;
};

/**
 * Judges every recorded check after the watch's creation again, as the sweep did. Stored alerts are facts: at a check
 * with an alert its rules fired, and at a check without one none did.
 */
export function replay({ recorded, histories, changes, endedAt, decimals, told }: ReplayInput): Step[] {
  const known = histories ?? historiesOf(recorded);
  const steps: Step[] = [];
  let next = 0;
  let change: RuleChange | undefined;
  let state = initialState;
  let afterDoubtful = false;
  for (const [index, check] of recorded.entries()) {
    const { at, status, price } = check;
    const before = known[index]!;
    for (; next < changes.length && at > (changes[next]!.after ?? -1); next++) {
      change = changes[next]!;
      if (change.state) state = change.state;
      state = { ...state, rules: { ...state.rules, ...startEpoch(state.rules, change.anew) } };
    }
    if (change) {
      const { rules } = change;
      const history = { ...before, routeLow: rules.routeLow ? check.low : null, afterDoubtful };
      const bounds = boundsOf(rules, state, history, leastStep(decimals));
      const confirmation = check.confirmable ? "confirmed" : "impossible";
      const mode = modeOf({ ...change, ended: endedAt !== null && at >= endedAt }, new Date(at));
      const judged = decide(rules, state, history, { ...check, decimals, confirmation }, mode);
      const settled = told ? matchAlert(judged, told.get(at), state, bounds, check) : judged;
      state = settled.state;
      steps.push({ check, rules, bounds, ...settled });
    }
    if (status === "ok" && price !== null) afterDoubtful = doubtful(price, before.usual);
  }
  return steps;
}

/** What was known at each check of the prices before it; no rule changes it. */
export function historiesOf(recorded: RecordedCheck[]): ReturnType<MovingHistory["at"]>[] {
  const past = new MovingHistory(
    recorded.flatMap(({ at, status, price }) => (status === "ok" && price ? [{ at, price }] : [])),
  );
  return recorded.map(({ at }) => past.at(at));
}

/**
 * Adjusts a decision to the stored alert. Epochs come from the alert, because the epochs of earlier series are not
 * replayed.
 */
function matchAlert(
  judged: { state: State; decision: Decision },
  told: StoredAlert | undefined,
  before: State,
  bounds: Record<RuleName, number | null>,
  { at, price }: RecordedCheck,
): { state: State; decision: ReplayedDecision } {
  const fired = "fired" in judged.decision ? judged.decision.fired : [];
  if (!told) return fired.length > 0 ? { state: before, decision: { silent: "not judged" } } : judged;
  if (price === null) return { ...judged, decision: told };
  if (firedKey(fired) === firedKey(told.fired)) {
    const rules = { ...judged.state.rules };
    for (const [index, { rule, epoch }] of told.fired.entries()) {
      rules[rule] = { ...rules[rule]!, epoch: rules[rule]!.epoch + epoch - fired[index]!.epoch };
    }
    return { state: { ...judged.state, rules }, decision: told };
  }
  const rules = { ...before.rules };
  for (const { rule, epoch, level } of told.fired) {
    const trigger = (level > 1 ? before.rules[rule]?.trigger : bounds[rule]) ?? price;
    rules[rule] = { epoch, level, trigger, since: null };
  }
  return { state: { firstPrice: before.firstPrice ?? price, lastAlert: { price, at }, rules }, decision: told };
}

const firedKey = (fired: Fired[]) => fired.map(({ rule, level }) => `${rule} ${level}`).join();
