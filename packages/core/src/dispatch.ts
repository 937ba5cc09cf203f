import * as v from "valibot";
import { msPerHour } from "./base/day.ts";
import { sql } from "./base/db.ts";
import { hints, whenDue } from "./base/due.ts";
import { env } from "./base/env.ts";
import { gatheredFrom } from "./base/gather.ts";
import { hurry } from "./base/hurry.ts";
import { describeError, logger } from "./base/log.ts";
import * as Metric from "./base/metric.ts";
import { isFare, isOfOtherSource, isWithinDue, nextDue } from "./fare.ts";
import * as Flight from "./flight.ts";
import * as Outbox from "./outbox.ts";
import * as Sweep from "./sweep.ts";
import * as Watch from "./watch.ts";

/**
 * The fares that one Lambda prices between two ticks: 32 calls in flight for four minutes, at almost four seconds each.
 */
const faresPerHelper = 2_000;
/** The most helpers, which is also how many of them run at once (stacks/watcher.ts). */
const maxHelpers = 20;
/** The fares in a batch: few enough that a helper that starts later still finds unclaimed fares. */
const batchSize = 500;
/** How long one round of a sweep claims and searches (ms), so that a batch is settled well within its lease. */
const roundMs = 45_000;
/** The part of a Lambda's time kept for finishing searches under way, judging, confirming and settling (ms). */
const reserveMs = 30_000;

/** A ticket says that there is work, and at which tick it was found. */
const Ticket = v.strictObject({ at: v.pipe(v.string(), v.isoTimestamp()) });

/**
 * How many watches the tick ended and paused, how many fares were due (as far as counted), how many helpers were
 * called, and the report of this Lambda's own sweeps.
 */
export type Report = Sweep.Report & Watch.Expired & { due: number; tickets: number };

/**
 * Ends the watches whose time is over. Where the prices of fares came from another source than the provider's, starts
 * the record of these fares anew, and sweeps nothing until that is done. Then sweeps what is due at `at` within the
 * `left` milliseconds of this Lambda, calling one helper for each 2,000 fares beyond the first 2,000. Where no
 * helper can be called, this Lambda works alone and leaves the rest to the next tick.
 */
export async function start(at: Date, left: number, options: Sweep.Options = {}): Promise<Report> {
  const begun = Date.now();
  const tended = await expireWatches(at);
  if (!options.provider && !Flight.hasProvider) {
    tellMissing();
    return { ...tended, due: 0, tickets: 0, ...Sweep.emptyReport };
  }
  const source = (options.provider ?? Flight.provider).name;
  const { due, age, isOther } = await countDue(source, at);
  Metric.emit({ DueFares: [due, "Count"], OldestDueAge: [age, "Seconds"] });
  if (isOther && !(await Watch.adoptSource(source, at, begun + left - reserveMs)))
    return { ...tended, due, tickets: 0, ...Sweep.emptyReport };
  const tickets = await callHelpers(Math.min(maxHelpers, Math.ceil(due / faresPerHelper) - 1), at);
  // Messages about watches that have ended need not wait for the prices of the others.
  await Outbox.wake();
  const swept = await drain(at, left - (Date.now() - begun), options);
  return { ...tended, due, tickets, ...swept };
}

/**
 * A tick: starts a sweep where something may be due, without asking Postgres where nothing is, and notes when the next
 * is. What the sweep recorded waits to be counted into samples.
 */
export async function tick(at: Date, left: number, options: Sweep.Options = {}): Promise<Report> {
  const hasProvider = options.provider !== undefined || Flight.hasProvider;
  const report = await whenDue(
    hints.fares,
    at,
    async () => {
      const note = (done: { fares: number }) => Promise.all([noteRecorded(done, at), noteLeft(at)]);
      const report = await start(at, left, options).catch(async (error) => {
        // Batches before the one that failed may have been settled.
        await note({ fares: 1 });
        throw error;
      });
      await note(report);
      return report;
    },
    ({ fares }) => (hasProvider ? nextDue(at, fares) : null),
  );
  if (report) return report;
  // Each metric is billed by the hour: only the one whose silence is an alarm is emitted while nothing is due.
  if (hasProvider) Metric.emit({ OldestDueAge: [0, "Seconds"] });
  else tellMissing();
  return { ended: 0, paused: 0, due: 0, tickets: 0, ...Sweep.emptyReport };
}

async function noteRecorded({ fares }: { fares: number }, at: Date): Promise<void> {
  if (fares === 0) return;
  await Promise.all([
    hints.samples.noteCommitted(gatheredFrom(at), at),
    hints.upkeep.noteCommitted(new Date(at.getTime() + msPerHour), at),
  ]);
}

/**
 * Notes what waits for others: alerts and messages to send, and watches whose flights are to be held. That of a sweep or
 * a helper that died is found by the next sweep.
 */
async function noteLeft(at: Date): Promise<void> {
  const [letter, [wish]] = await Promise.all([
    Outbox.nextDue(at),
    sql`select from auto_holds where auto_holds.state <> 'held' limit 1`,
  ]);
  await Promise.all([letter && hints.messages.noteCommitted(letter, at), wish && hints.bookings.noteCommitted(at, at)]);
}

function tellMissing(): void {
  logger.error("no provider: no watch is priced");
  Metric.emit({ ProviderMissing: [1, "Count"] });
}

/** A failure to end watches does not stop the pricing of the others. */
async function expireWatches(at: Date): Promise<Watch.Expired> {
  return Watch.expire(at).catch((error: unknown) => {
    logger.error("watches not ended", { error: describeError(error) });
    return { ended: 0, paused: 0 };
  });
}

/** Helps to sweep what is due at `at`. A ticket that is delivered twice or late finds less to do, or nothing. */
export async function assist(ticket: unknown, at: Date, left: number, options: Sweep.Options = {}): Promise<void> {
  const { at: tick } = v.parse(Ticket, ticket);
  const report = await drain(at, left, options);
  await noteRecorded(report, at);
  logger.info("sweep.helped", { tick, ...report });
}

/**
 * Counts the due fares, up to the number that all helpers could price, and the age of the oldest (seconds). `isOther`:
 * some prices come from another source than `source`.
 */
async function countDue(source: string, at: Date): Promise<{ due: number; age: number; isOther: boolean }> {
  const [row] = await sql`
    select exists (select from fares where ${isOfOtherSource(source)}) as "isOther",
           count(*)::int as due,
           coalesce(extract(epoch from ${at}::timestamptz - min(due.due_at)), 0)::float8 as age
      from (
             select fares.due_at
               from fares
              where ${isFare}
                and ${isWithinDue(at)}
              order by fares.due_at
              limit ${(maxHelpers + 1) * faresPerHelper}
           ) as due`;
  return row as { due: number; age: number; isOther: boolean };
}

/** Calls helpers, of which each ends before the next tick. @returns how many were called */
async function callHelpers(helpers: number, at: Date): Promise<number> {
  const calls = Array.from({ length: Math.max(0, helpers) }, () => hurry(env.HELP_LAMBDA_URL, { at }));
  return (await Promise.all(calls)).filter(Boolean).length;
}

/** Starts the sending of a round's alerts, while later rounds go on. */
async function tellSender(at: Date): Promise<void> {
  Outbox.markQueued();
  await hints.messages.noteCommitted(at, at);
  await Outbox.wake();
}

/** Sweeps in rounds until nothing is due or the time is over, and logs each round. */
async function drain(at: Date, left: number, options: Sweep.Options): Promise<Sweep.Report> {
  const begun = Date.now();
  const { within: most = roundMs } = options;
  const within = Math.max(0, Math.min(most, left - reserveMs));
  const { more, ...report } = await Sweep.run(at, { batch: batchSize, ...options, within }).catch(async (error) => {
    // Batches before the one that failed may have given alerts.
    await tellSender(at);
    throw error;
  });
  Metric.emit({
    FaresPriced: [report.fares, "Count"],
    Alerts: [report.alerts, "Count"],
    ProviderFailures: [report.failures, "Count"],
  });
  if (report.alerts > 0) await tellSender(at);
  if (!more || within < most) return report;
  const passed = Date.now() - begun;
  const rest = await drain(new Date(at.getTime() + passed), left - passed, options);
  for (const key of Object.keys(report) as (keyof Sweep.Report)[]) rest[key] += report[key];
  return rest;
}
