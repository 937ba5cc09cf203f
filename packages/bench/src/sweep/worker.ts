import * as Sweep from "@travel-conductor/core/sweep";
import { counting } from "../measure.ts";
import { provider as market } from "./market.ts";

// The product in a process of its own: sweeps when it is told, says what came of it, and ends with whom it works for.

/** A sweep of the fares that are due at `at` (UTC milliseconds), whose prices by index are `prices`, and how to go about it. */
export type Order = { at: number; prices: number[]; batch?: number; takes?: number; seats?: number };
/** How long it took (ms), what it came to, the provider's searches, and the requests to Postgres. */
export type Done = { took: number; report: Sweep.Report; searches: number; requests: number };

const provider = market();
const requests = counting();
/** Nobody's time is over in a bench. */
const within = 600_000;

process.on("message", async ({ at, prices, takes = 0, seats = Number.POSITIVE_INFINITY, ...options }: Order) => {
  Object.assign(provider, { prices, takes, seats, searches: 0 });
  const before = requests().postgres;
  const began = performance.now();
  const parallel = Math.min(seats, 16);
  const report = await Sweep.run(new Date(at), { provider, cadence: inSixHours, within, parallel, ...options });
  const took = performance.now() - began;
  const { searches } = provider;
  process.send?.({ took, report, searches, requests: requests().postgres - before } satisfies Done);
});

function inSixHours(_: unknown, at: Date): Date {
  return new Date(at.getTime() + 6 * 3_600_000);
}
