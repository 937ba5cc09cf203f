import { expect } from "vitest";
import { dayNumber } from "../../src/base/day.ts";
import * as Fare from "../../src/fare.ts";
import {
  type Check,
  type Decision,
  decide,
  doubtful,
  initialState,
  type Mode,
  type Rules,
  type State,
} from "../../src/rule.ts";

/** The moment (UTC, 2026), the price, the expected decision, and what is unusual about the check. */
export type Line = [at: string, price: number, said: string, odd?: Partial<Check> & { mode?: Mode }];

const off: Rules = { target: null, drop: null, newLow: false, routeLow: false };

/** The decisions on a fare that cannot be confirmed, checked line after line, with the product's own history. */
function said(rules: Partial<Rules>, lines: Line[], earlier: Fare.PricePoint[] = [], decimals = 2): string[] {
  const seen = [...earlier];
  let state: State = initialState;
  let afterDoubtful = false;
  return lines.map(([when, price, , unusual]) => {
    const { mode, ...odd } = { mode: "active" as const, ...unusual };
    const at = parseMoment(when);
    const past = historyBefore(seen, at);
    const check: Check = { at, status: "ok", price, decimals, confirmation: "impossible", ghost: false, ...odd };
    const judged = decide({ ...off, ...rules }, state, { ...past, routeLow: null, afterDoubtful }, check, mode);
    state = judged.state;
    if (check.status === "ok") {
      seen.push({ at, price });
      afterDoubtful = doubtful(price, past.usual);
    }
    return told(judged.decision);
  });
}

/** The product's figures of the ok checks before `at`. */
export function historyBefore(seen: Fare.PricePoint[], at: number) {
  const lows = new Map<number, number>();
  for (const each of seen) {
    if (each.at >= at) continue;
    const day = dayNumber(each.at);
    lows.set(day, Math.min(each.price, lows.get(day) ?? each.price));
  }
  const days = { days: [...lows.keys()], prices: [...lows.values()] };
  return { baseline: Fare.baseline(days, at), low: Fare.low(seen, at), usual: Fare.usual(seen, at) };
}

/** `target 1.1 + drop 2.1`: rule, epoch, level. */
function told(decision: Decision): string {
  if ("silent" in decision) return decision.silent;
  const named = decision.fired.map(({ rule, epoch, level }) => `${rule} ${epoch}.${level}`).join(" + ");
  return `${named}${decision.alreadyTrue ? ", already true" : ""}${decision.mistakeFare ? ", mistake?" : ""}`;
}

export function parseMoment(when: string): number {
  return Date.parse(`2026-${when.replace(" ", "T")}Z`);
}

/** One ok check at noon on each of `prices.length` days, the last of them the day before `when`. */
export function dailyChecks(when: string, prices: number[], last = 1): Fare.PricePoint[] {
  const noon = parseMoment(`${when} 12:00`);
  return prices.map((price, index) => ({ at: noon - (prices.length - 1 - index + last) * 86_400_000, price }));
}

/** Expects the decision of each line. `earlier` are ok checks from before this watch; `decimals` the currency's. */
export function expectDecisions(
  rules: Partial<Rules>,
  lines: Line[],
  earlier: Fare.PricePoint[] = [],
  decimals = 2,
): void {
  expect(said(rules, lines, earlier, decimals)).toEqual(lines.map(([, , expected]) => expected));
}

export const repeatPrice = (count: number, price: number) => new Array<number>(count).fill(price);
