import * as v from "valibot";
import { sql } from "./base/db.ts";
import { env } from "./base/env.ts";
import { logger, trace } from "./base/log.ts";
import * as Metric from "./base/metric.ts";
import * as Queue from "./base/queue.ts";
import * as Sweep from "./sweep.ts";
import * as Watch from "./watch.ts";

/** What one Lambda prices between two ticks: 32 calls in flight for four minutes, at almost four seconds each. */
const share = 2_000;
/** Helpers at most, which is how many Lambdas the queue's tickets are handed to at once (stacks/watcher.ts). */
const crew = 20;
/** Fares claimed at a time: few enough that whoever comes to help finds some that nobody has in hand. */
const batch = 500;
/** So long a sweep claims and asks (ms): what it claimed is settled well within its lease. */
const turn = 45_000;
/** What is kept of a Lambda's life for what was asked to be answered, judged, confirmed and settled (ms). */
const margin = 30_000;

/** Says that there is work, and at which tick that was found. */
const Ticket = v.strictObject({ at: v.pipe(v.string(), v.isoTimestamp()) });

/** What the tick ended and paused, how many fares were due (as far as counted), the helpers called, what was done here. */
export type Report = Sweep.Report & Watch.Expired & { due: number; tickets: number };

/**
 * Watches whose time is over end first. What is due at `at` is then swept by whoever has `left` milliseconds to live, with
 * a helper for each 2,000 fares beyond the first. Where the queue takes no tickets the work is done here alone, and the
 * rest waits for the next tick.
 */
export async function start(at: Date, left: number, options: Sweep.Options = {}): Promise<Report> {
  const begun = Date.now();
  const tended = await tend(at);
  const { due, age } = await waiting(at);
  Metric.emit({ DueFares: [due, "Count"], OldestDueAge: [age, "Seconds"] });
  const tickets = await call(Math.min(crew, Math.ceil(due / share) - 1), at);
  return { ...tended, due, tickets, ...(await work(at, left - (Date.now() - begun), options)) };
}

/** Whatever is wrong with one watch's end, all others are priced. */
async function tend(at: Date): Promise<Watch.Expired> {
  return Watch.expire(at).catch((error: unknown) => {
    logger.error("watches not ended", { error: trace(error) });
    return { ended: 0, paused: 0 };
  });
}

/** Takes part in what is due at `at`. A ticket that comes twice, or late, finds less to do, or nothing. */
export async function assist(ticket: unknown, at: Date, left: number, options: Sweep.Options = {}): Promise<void> {
  const { at: tick } = v.parse(Ticket, ticket);
  const report = await work(at, left, options);
  logger.info("sweep.helped", { tick, ...report });
}

/** Fares that are due, counted up to what all helpers could do, and since when the first of them is (seconds). */
async function waiting(at: Date): Promise<{ due: number; age: number }> {
  const [row] = await sql`
    select count(*)::int as due,
           coalesce(extract(epoch from ${at}::timestamptz - min(due.due_at)), 0)::float8 as age
      from (
             select fares.due_at
               from fares
              where fares.basket is null
                and fares.due_at <= ${at}::timestamptz
              order by fares.due_at
              limit ${(crew + 1) * share}
           ) as due`;
  return row as { due: number; age: number };
}

/** Sends for so many helpers, less those whose tickets are still about. @returns how many tickets were taken */
async function call(helpers: number, at: Date): Promise<number> {
  if (helpers < 1) return 0;
  const url = env.SWEEP_QUEUE_URL;
  try {
    const wanted = Math.max(0, helpers - (await Queue.countMessages(url)));
    const taken = await Queue.sendAll(url, new Array(wanted).fill({ at }));
    if (taken < wanted) logger.warn("sweep.tickets not taken", { wanted, taken });
    return taken;
  } catch (error) {
    logger.warn("sweep.tickets not taken", { wanted: helpers, taken: 0, error: trace(error) });
    return 0;
  }
}

/** Sweeps by turns until nothing is due or the time is over, and tells of each. */
async function work(at: Date, left: number, options: Sweep.Options): Promise<Sweep.Report> {
  const begun = Date.now();
  const { within: most = turn } = options;
  const within = Math.max(0, Math.min(most, left - margin));
  const { more, ...report } = await Sweep.run(at, { batch, ...options, within });
  Metric.emit({
    FaresPriced: [report.fares, "Count"],
    Alerts: [report.alerts, "Count"],
    ProviderFailures: [report.failures, "Count"],
  });
  if (!more || within < most) return report;
  const passed = Date.now() - begun;
  const rest = await work(new Date(at.getTime() + passed), left - passed, options);
  for (const key of Object.keys(report) as (keyof Sweep.Report)[]) rest[key] += report[key];
  return rest;
}
