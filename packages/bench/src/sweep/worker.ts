import * as Sweep from "@travel-conductor/core/sweep";
import { counting } from "../measure.ts";
import { provider as market } from "./market.ts";

// The product in a process of its own: sweeps at each message, answers with the result, and ends when its parent
// disconnects.

/**
 * The order to sweep the fares that are due at `at` (UTC milliseconds). `prices` are the prices by index; the rest are
 * options.
 */
export type SweepOrder = { at: number; prices: number[]; batch?: number; takes?: number; seats?: number };
/** The duration (ms), the report, the provider's searches, and the requests to Postgres. */
export type SweepResult = { took: number; report: Sweep.Report; searches: number; requests: number };

const provider = market();
const requests = counting();
/** Long enough that no sweep of a bench ends early (ms). */
const within = 600_000;

process.on("message", async ({ at, prices, takes = 0, seats = Number.POSITIVE_INFINITY, ...options }: SweepOrder) => {
  Object.assign(provider, { prices, takes, seats, searches: 0 });
  const before = requests().postgres;
  const began = performance.now();
  const parallel = Math.min(seats, 16);
  const report = await Sweep.run(new Date(at), { provider, cadence: inSixHours, within, parallel, ...options });
  const took = performance.now() - began;
  const { searches } = provider;
  process.send?.({ took, report, searches, requests: requests().postgres - before } satisfies SweepResult);
});

function inSixHours(_: unknown, at: Date): Date {
  return new Date(at.getTime() + 6 * 3_600_000);
}
