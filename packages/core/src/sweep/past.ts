import { createHash } from "node:crypto";
import { setImmediate as yieldTurn } from "node:timers/promises";
import { msPerDay, msPerHour } from "../base/day.ts";
import * as Fare from "../fare.ts";
import type { Criteria, FareProvider } from "../flight.ts";
import { recordedOf } from "./price.ts";

/** A question, and the number of days before the moment of the run for which its checks are to be there. */
export type Journey = { criteria: Criteria; days: number };

/**
 * `slice`: checks per writing statement, of whole journeys. `progress` is called after each with the number of checks
 * done and wanted. No journey is begun once `signal` is aborted.
 */
export type Options = {
  slice?: number;
  progress?: (done: number, wanted: number) => void;
  signal?: AbortSignal;
};

/** What a run wrote, and the moment from which on the next check is missing. */
export type Filled = { journeys: number; checks: number; nextAt: Date };

/** The time between two checks. */
const step = 12 * msPerHour;
/** How often journeys are planned again that were not written, because something else had written to them meanwhile. */
const maxRounds = 3;
const rollUpBatch = 5_000;

/**
 * Records the checks that are missing as of `at`: every 12 hours, at a time of day that each question has to itself,
 * those before the first recorded check and those after the last one. Asks `provider` for each past moment; so it must
 * be one that answers for the past. A journey that a watch refers to gets what is missing before its first check: what
 * is due is left to the sweeps. Journeys come in their order, and are counted into the samples of their routes. Safe
 * to run twice, several times at once, and to be killed anywhere: the next run goes on.
 */
export async function fillPast(
  provider: FareProvider,
  journeys: Journey[],
  at: Date,
  { slice = 500, progress, signal }: Options = {},
): Promise<Filled> {
  const filled: Filled = { journeys: 0, checks: 0, nextAt: nextOf(journeys, at) };
  if (journeys.length === 0) return filled;
  await makePartitions(journeys, at);
  await (await Fare.past()).addAtRest(
    journeys.map(({ criteria }) => criteria),
    at,
  );
  const tried = new Set<Journey>();
  let left = journeys;
  for (let round = 0; round < maxRounds && left.length > 0; round++) {
    const planned = await plan(provider, left, at);
    const wanted = filled.checks + planned.reduce((sum, { moments }) => sum + moments.length, 0);
    left = [];
    for (const part of slices(planned, slice)) {
      if (signal?.aborted) return filled;
      const written = await fill(provider, part);
      for (const { journey, fare, moments } of part) {
        if (!written.has(fare.id)) left.push(journey);
        else {
          filled.checks += moments.length;
          if (!tried.has(journey)) filled.journeys++;
          tried.add(journey);
        }
      }
      progress?.(filled.checks, wanted);
      // The first journeys can be compared at once; later ones wait for the clock of the roll-up.
      if (part.includes(planned[0]!)) await Fare.rollUp(at, { batch: rollUpBatch });
    }
  }
  if (filled.checks > 0) await Fare.rollUp(at, { batch: rollUpBatch });
  return filled;
}

type Planned = { journey: Journey; fare: Fare.Recorded; moments: Date[] };

/** The moments that each journey lacks; journeys that lack none are left out. */
async function plan(provider: FareProvider, journeys: Journey[], at: Date): Promise<Planned[]> {
  const { readRecorded } = await Fare.past();
  const fares = await readRecorded(
    journeys.map(({ criteria }) => criteria),
    provider.name,
  );
  return journeys.flatMap((journey, index): Planned[] => {
    const fare = fares[index];
    if (!fare) return [];
    const before = fare.isMoved ? Number.NEGATIVE_INFINITY : (fare.earliest ?? Number.POSITIVE_INFINITY);
    const after = fare.isDue ? Number.POSITIVE_INFINITY : (fare.checkedAt ?? Number.POSITIVE_INFINITY);
    const moments = momentsOf(journey, at).filter((moment) => moment < before || moment > after);
    return moments.length > 0 ? [{ journey, fare, moments: moments.map((moment) => new Date(moment)) }] : [];
  });
}

/** Parts of at least `size` checks, except the last. */
function slices(planned: Planned[], size: number): Planned[][] {
  const parts: Planned[][] = [];
  let room = 0;
  for (const each of planned) {
    if (room <= 0) {
      parts.push([]);
      room = size;
    }
    parts.at(-1)!.push(each);
    room -= each.moments.length;
  }
  return parts;
}

async function fill(provider: FareProvider, part: Planned[]): Promise<Set<string>> {
  const pasts: { fare: Fare.Recorded; checks: Fare.PastCheck[] }[] = [];
  for (const { journey, fare, moments } of part) {
    const checks: Fare.PastCheck[] = [];
    for (const at of moments) {
      const answer = await provider.search(journey.criteria, at).catch(() => undefined);
      checks.push({ at, ...recordedOf(answer, journey.criteria) });
      // A search of the simulated market takes milliseconds of this process, which may have requests to answer.
      await yieldTurn();
    }
    pasts.push({ fare, checks });
  }
  return (await Fare.past()).record(provider.name, provider.confirm !== undefined, pasts);
}

/** The moments (UTC milliseconds) at which a journey is checked, within its days up to `at`. */
function momentsOf(journey: Journey, at: Date): number[] {
  const offset = offsetOf(journey);
  const last = Math.floor((at.getTime() - offset) / step);
  const count = Math.ceil((journey.days * msPerDay) / step);
  return Array.from({ length: count }, (_, index) => (last - count + 1 + index) * step + offset);
}

function nextOf(journeys: Journey[], at: Date): Date {
  const nexts = journeys.map((journey) => {
    const offset = offsetOf(journey);
    return (Math.floor((at.getTime() - offset) / step) + 1) * step + offset;
  });
  return new Date(Math.min(...nexts));
}

/** Spreads the questions over the 12 hours, each always at the same time. */
function offsetOf({ criteria }: Journey): number {
  const hash = createHash("sha256")
    .update(JSON.stringify(Object.entries(criteria).sort()))
    .digest();
  return hash.readUInt32BE(0) % step;
}

/** Creates the months of the past. Where this fails, rows wait in the default partition for the hourly maintenance. */
async function makePartitions(journeys: Journey[], at: Date): Promise<void> {
  const days = Math.max(...journeys.map((journey) => journey.days));
  for (let ago = days; ago > 0; ago -= 30) {
    await Fare.maintainPartitions(new Date(at.getTime() - ago * msPerDay)).catch(() => undefined);
  }
}
