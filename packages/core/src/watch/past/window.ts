import { dayNumber, msPerDay } from "../../base/day.ts";
import { baseline, type DayLows, median, type PricePoint } from "../../fare.ts";

/**
 * Computes the figures of `fare/history.ts` for successive moments: each price enters the window once and leaves it
 * once, so that walking over all of them costs little more than reading them.
 */

/**
 * The part of `items` (in order of time) that lies within `length` milliseconds before a moment that only moves
 * forward.
 */
export class Window<T extends { at: number }> {
  /** Ranks values by size: counts how many values of each range are in the window (a binary indexed tree). */
  private readonly ranks: Int32Array;
  private readonly bySize: T[];
  private readonly counts: Int32Array;
  private readonly perDay = new Map<number, number>();
  private readonly items: T[];
  private readonly length: number;
  private from = 0;
  private to = 0;

  constructor(items: T[], length: number, compare: (one: T, other: T) => number) {
    this.items = items;
    this.length = length;
    const order = items.map((_, index) => index).sort((a, b) => compare(items[a]!, items[b]!));
    this.bySize = order.map((index) => items[index]!);
    this.ranks = new Int32Array(items.length);
    for (const [rank, index] of order.entries()) this.ranks[index] = rank + 1;
    this.counts = new Int32Array(items.length + 1);
  }

  /** Moves the window to [at − length, at); `at` never goes back. */
  moveTo(at: number): void {
    while (this.to < this.items.length && this.items[this.to]!.at < at) this.put(this.to++, 1);
    while (this.from < this.to && this.items[this.from]!.at < at - this.length) this.put(this.from++, -1);
  }

  get size(): number {
    return this.to - this.from;
  }

  /** The number of UTC days with a value in the window, without the day of `at`. */
  daysBut(at: number): number {
    return this.perDay.size - Number(this.perDay.has(dayNumber(at)));
  }

  get days(): number {
    return this.perDay.size;
  }

  /** The k-th smallest value, k from 1 to `size`. */
  nth(k: number): T {
    let place = 0;
    let left = k;
    for (let step = 1 << (31 - Math.clz32(this.items.length)); step > 0; step >>= 1) {
      const count = this.counts[place + step];
      if (count === undefined || count >= left) continue;
      place += step;
      left -= count;
    }
    return this.bySize[place]!;
  }

  private put(index: number, by: 1 | -1): void {
    for (let place = this.ranks[index]!; place < this.counts.length; place += place & -place) this.counts[place]! += by;
    const that = dayNumber(this.items[index]!.at);
    const left = (this.perDay.get(that) ?? 0) + by;
    if (left > 0) this.perDay.set(that, left);
    else this.perDay.delete(that);
  }
}

/** `baseline`, `low` and `usual` of a fare's ok checks (in order of time) at successive moments. */
export class MovingHistory {
  private readonly month: Window<PricePoint>;
  private readonly quarter: Window<PricePoint>;
  private readonly lows: DayLows = { days: [], prices: [] };
  private readonly ok: PricePoint[];
  private next = 0;

  constructor(ok: PricePoint[]) {
    this.ok = ok;
    const cheaper = (one: PricePoint, other: PricePoint) => one.price - other.price;
    this.month = new Window(ok, 30 * msPerDay, cheaper);
    this.quarter = new Window(ok, 90 * msPerDay, cheaper);
  }

  /** `at` never goes back. */
  at(at: number): { baseline: number | null; low: number | null; usual: number | null } {
    this.month.moveTo(at);
    this.quarter.moveTo(at);
    for (; this.next < this.ok.length && this.ok[this.next]!.at < at; this.next++) this.note(this.ok[this.next]!);
    const { days, prices } = this.lows;
    for (; days.length > 0 && days[0]! < dayNumber(at) - 14; days.shift()) prices.shift();
    const { size } = this.month;
    const middle = [(size + 1) >> 1, (size >> 1) + 1];
    return {
      baseline: baseline(this.lows, at),
      low: this.quarter.daysBut(at) < 14 ? null : this.quarter.nth(1).price,
      usual: size < 5 ? null : median(middle.map((k) => this.month.nth(k).price)),
    };
  }

  private note({ at, price }: PricePoint): void {
    const { days, prices } = this.lows;
    if (days.at(-1) === dayNumber(at)) prices.push(Math.min(prices.pop()!, price));
    else {
      days.push(dayNumber(at));
      prices.push(price);
    }
  }
}
