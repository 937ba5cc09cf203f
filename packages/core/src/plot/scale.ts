const msPerHour = 3_600_000;
const msPerDay = 24 * msPerHour;

/** The most points of a line, and the longest span (days) whose single checks are drawn. */
export const maxPoints = 400;
const maxDaysOfChecks = 14;

/** A check of a price in minor units at a moment (UTC ms); null where none was offered. */
export type Check = { at: number; price: number | null };

/** A price that holds from one moment until another; `low` to `high` is what was seen in that time. */
export type Step = { from: number; until: number; low: number; high: number };

/**
 * The steps of a line, and the length of time (ms) that each stands for: 0 for single checks (in order of time), which
 * are drawn for up to 14 days and 400 checks; else equal parts of time that begin with a UTC day, a day each where the
 * span is longer than 14 days and no more than 400. A part without a price has no step, so the line breaks there.
 */
export function steps(checks: Check[]): { steps: Step[]; part: number } {
  const [first, last] = [checks[0], checks.at(-1)];
  if (!first || !last) return { steps: [], part: 0 };
  const span = last.at - first.at;
  if (span <= maxDaysOfChecks * msPerDay && checks.length <= maxPoints) {
    const found = checks.flatMap(({ at, price }, index) =>
      price === null ? [] : [{ from: at, until: checks[index + 1]?.at ?? at, low: price, high: price }],
    );
    return { steps: found, part: 0 };
  }
  const part = lengthOfPart(span);
  const start = Math.floor(first.at / msPerDay) * msPerDay;
  const parts = new Map<number, Step>();
  for (const { at, price } of checks) {
    if (price === null) continue;
    const from = start + Math.floor((at - start) / part) * part;
    const seen = parts.get(from);
    if (!seen) parts.set(from, { from, until: from + part, low: price, high: price });
    else parts.set(from, { ...seen, low: Math.min(seen.low, price), high: Math.max(seen.high, price) });
  }
  return { steps: [...parts.values()], part };
}

function lengthOfPart(span: number): number {
  const fits = (part: number) => span / part < maxPoints - 1;
  const short = [1, 3, 6, 12].map((hours) => hours * msPerHour);
  const found = span <= maxDaysOfChecks * msPerDay ? short.find(fits) : undefined;
  return found ?? Math.max(1, Math.ceil(span / msPerDay / (maxPoints - 1))) * msPerDay;
}

/** The first and the third quartile of prices, by nearest rank; null for fewer than 4. */
export function quartiles(prices: number[]): { from: number; to: number } | null {
  if (prices.length < 4) return null;
  const sorted = prices.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { from: at(0.25), to: at(0.75) };
}

/** Three or four round numbers (multiples of 1, 2 or 5 times a power of ten) within a range of whole numbers. */
export function ticks(from: number, to: number): number[] {
  for (let power = 10 ** Math.floor(Math.log10(Math.max(1, to - from))); ; power /= 10) {
    for (const times of [5, 2, 1]) {
      const step = times * power;
      if (step < 1) return [...new Set([Math.ceil(from), Math.floor(to)])];
      const first = Math.ceil(from / step);
      const count = Math.floor(to / step) - first + 1;
      if (count >= 3) return Array.from({ length: count }, (_, index) => (first + index) * step);
    }
  }
}
