import type { RuleName, Rules } from "../../src/rule.ts";

/** A second implementation of the alert rules: fractions instead of bounds, and whole lists instead of stored state. */

export type OkCheck = { at: number; price: number };
export type PriceHistory = { baseline: number | null; low: number | null; usual: number | null };

const hour = 3_600_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function median(prices: number[]): number {
  const sorted = [...prices];
  sorted.sort((a, b) => a - b);
  while (sorted.length > 2) {
    sorted.pop();
    sorted.shift();
  }
  const [a = 0, b = a] = sorted;
  return Number((BigInt(a) + BigInt(b) + 1n) / 2n);
}

/** The figures of all ok checks of a fare before `at`. */
export function historyOf(checks: OkCheck[], at: number): PriceHistory {
  const before = checks.filter((check) => check.at < at);
  const minima: number[] = [];
  for (let back = 1; back <= 14; back++) {
    const that = before.filter((check) => dayOf(check.at) === dayOf(at - back * 24 * hour));
    if (that.length > 0) minima.push(Math.min(...that.map((check) => check.price)));
  }
  const quarter = before.filter((check) => at - check.at <= 90 * 24 * hour);
  const days = new Set(quarter.map((check) => dayOf(check.at)).filter((day) => day !== dayOf(at)));
  const month = before.filter((check) => at - check.at <= 30 * 24 * hour);
  return {
    baseline: minima.length >= 3 ? median(minima) : null,
    low: days.size >= 14 ? Math.min(...quarter.map((check) => check.price)) : null,
    usual: month.length >= 5 ? median(month.map((check) => check.price)) : null,
  };
}

function isOdd(price: number, { usual }: PriceHistory): boolean {
  return usual !== null && 100 * price < 40 * usual;
}

/** Returns whether the last ok check before `at` was doubtful. */
export function wasDoubtful(checks: OkCheck[], at: number): boolean {
  const last = checks.filter((check) => check.at < at).at(-1);
  return last !== undefined && isOdd(last.price, historyOf(checks, last.at));
}

export type ExpectedAlert = {
  at: number;
  price: number;
  rules: RuleName[];
  alreadyTrue: boolean;
  mistakeFare: boolean;
};
type Standing = { epoch: number; level: number; fired: { at: number; trigger: number } | null };

/** One watch and its ok checks, in order. `decimals` are the currency's. */
export class Oracle {
  own: OkCheck[] = [];
  told: ExpectedAlert[] = [];
  standing: Record<RuleName, Standing> = { target: anew(1), drop: anew(1), new_low: anew(1), route_low: anew(1) };
  readonly least: number;

  constructor(decimals: number) {
    this.least = 5 * 10 ** decimals;
  }

  copy(): Oracle {
    const { own, told, standing } = structuredClone({ own: this.own, told: this.told, standing: this.standing });
    return Object.assign(new Oracle(0), { own, told, standing, least: this.least });
  }

  /** The user changed this rule's number, or switched the rule on. */
  edited(rule: RuleName): void {
    this.standing[rule] = anew(this.standing[rule].epoch + 1);
  }

  /** `trusted`: a doubtful price counts, because the provider confirmed it or the check before was doubtful too. */
  check(
    rules: Rules,
    silenced: boolean,
    past: PriceHistory & { routeLow: number | null },
    check: OkCheck,
    trusted: boolean,
  ): void {
    const { at, price } = check;
    const last = this.told.at(-1);
    const cooling = last !== undefined && at - last.at < 12 * hour && 100 * price > 90 * last.price;
    const odd = isOdd(price, past);
    const usualPrice = past.baseline ?? this.own[0]?.price ?? null;
    this.own.push(check);

    const bounds: Record<RuleName, number | null> = {
      target: rules.target,
      drop: rules.drop === null || usualPrice === null ? null : part(10_000 - rules.drop, 10_000, usualPrice),
      new_low: !rules.newLow || past.low === null ? null : Math.min(part(98, 100, past.low), past.low - this.least),
      route_low: rules.routeLow ? past.routeLow : null,
    };
    const named: RuleName[] = [];
    for (const rule of ["target", "drop", "new_low", "route_low"] as const) {
      const standing = this.standing[rule];
      const bound = bounds[rule];
      const speaks = bound !== null && price <= bound && !silenced && !cooling && (!odd || trusted);
      if (!standing.fired) {
        if (!speaks) continue;
        standing.fired = { at, trigger: bound };
        named.push(rule);
        continue;
      }
      if (speaks && last && 100 * price <= 95 * last.price && last.price - price >= this.least) {
        standing.level++;
        named.push(rule);
      }
      const [since] = this.highSince(standing.fired);
      if (since && at - since.at >= 2 * hour) this.standing[rule] = anew(standing.epoch + 1);
    }
    const alreadyTrue = this.own.length === 1;
    if (named.length > 0) this.told.push({ at, price, rules: named, alreadyTrue, mistakeFare: odd });
  }

  /** The unbroken run of checks at or above 1.03 × trigger that ends with the last check. */
  highSince({ at, trigger }: { at: number; trigger: number }): OkCheck[] {
    const broken = this.own.findLastIndex((check) => check.at <= at || 100 * check.price < 103 * trigger);
    return this.own.slice(broken + 1);
  }
}

function anew(epoch: number): Standing {
  return { epoch, level: 1, fired: null };
}

function part(of: number, all: number, amount: number): number {
  return Number((BigInt(of) * BigInt(amount)) / BigInt(all));
}
