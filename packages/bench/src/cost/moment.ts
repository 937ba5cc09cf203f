import { performance } from "node:perf_hooks";

// The clock of this process: `new Date()` and `Date.now()` are simulated once `install` was called, so that product time
// and real time of the product are moved together. It runs at the pace of real time from where it was set last.

const Real = Date;
let set = Real.now();
let since = performance.now();

export function now(): number {
  return set + (performance.now() - since);
}

/** Moves the clock on to `moment` (ms); never back. */
export function moveTo(moment: number): void {
  if (moment <= now()) return;
  set = moment;
  since = performance.now();
}

/** How far the clock is ahead of the machine's (ms). */
export function ahead(): number {
  return now() - Real.now();
}

/** What the machine's clock says, as a signature needs it: `20270616T063500Z`. */
export function signingTime(): string {
  return new Real().toISOString().replace(/[:-]|\.\d{3}/g, "");
}

export function install(): void {
  class Simulated extends Real {
    constructor(...given: unknown[]) {
      super(...((given.length > 0 ? given : [now()]) as [number]));
    }
    static override now(): number {
      return Math.floor(now());
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Object.prototype.toString.call(value) === "[object Date]";
    }
  }
  globalThis.Date = Simulated as DateConstructor;
}
