import * as Flight from "@travel-conductor/core/flight";
import * as Sweep from "@travel-conductor/core/sweep";
import { journeysAt } from "./journeys.ts";

/** What a run says: how many checks it has written of those that were missing. */
export type Progress = { done: number; wanted: number };

/** Fills what the past of the simulated market lacks as of `at`. */
export async function fill(
  at: Date,
  progress: (done: number, wanted: number) => void,
  signal: AbortSignal,
): Promise<Sweep.Filled> {
  return Sweep.fillPast(await Flight.simulatedMarket(), journeysAt(at), at, { progress, signal });
}
