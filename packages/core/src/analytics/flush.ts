import { sql, transaction } from "../base/db.ts";
import { isGatherTime } from "../base/gather.ts";
import { isolate } from "../base/isolate.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { type StoredAnswer, stored } from "../flight.ts";
import { insertSearches, type Row } from "./insertion.ts";
import { areNotesWanted, countNotes, deleteNotes, type Entry, type Note, readNotes } from "./note.ts";

/**
 * `chunk`: notes per statement. No new statement starts after `within` milliseconds; the rest waits for the next tick.
 * `gather`: fewer than a thousand notes wait for the next full or half hour, unless a person has listed their
 * searches since.
 */
export type Options = { chunk?: number; within?: number; gather?: boolean };

/** From this number of notes on they are written although they are young. */
const many = 1_000;

/** Longer than a search takes: after that its answer is stored, or never will be. */
const settleTime = 30_000;

/**
 * Writes the searches that were noted at least 30 seconds before `at` to Postgres, with their user and their answer,
 * and counts them. A note is deleted once it is written: after a crash in between it is written again, which adds
 * nothing. A note that cannot be read, or that Postgres does not take, is dropped, logged and counted, and keeps no
 * other from being written. Emits how old the oldest note was.
 * @returns how many were written, and how many were dropped
 */
export async function flush(at: Date, options: Options = {}) {
  const { chunk = 200, within = 30_000 } = options;
  let { gather = false } = options;
  const until = Date.now() + within;
  const done = { searches: 0, unreadable: 0 };
  let oldest: number | undefined;
  for (let more = true; more && Date.now() < until; ) {
    const entries = await readNotes(new Date(at.getTime() - settleTime), chunk);
    oldest ??= entries[0] ? Number.parseInt(entries[0].place, 10) : at.getTime();
    if (entries.length === 0) break;
    if (gather && !isGatherTime(at)) {
      const isMany = entries.length === chunk && (await countNotes()) >= many;
      if (!isMany && !(await areNotesWanted())) break;
    }
    gather = false;
    const readable = entries.filter((entry): entry is Readable => entry.note !== undefined);
    done.unreadable += entries.length - readable.length;
    await isolate(readable, {
      until,
      work: async (part) => {
        done.searches += await write(part.open);
      },
      giveUp: async (notes, error) => {
        done.unreadable += notes.length;
        logger.error("analytics.refused", { notes: notes.map(({ note }) => note.id), error: describeError(error) });
      },
    });
    await deleteNotes(entries.map(({ place }) => place));
    more = entries.length === chunk;
  }
  if (oldest !== undefined) Metric.emit({ FlushLag: [(at.getTime() - oldest) / 1000, "Seconds"] });
  if (done.unreadable > 0) {
    logger.error("analytics.unreadable", { count: done.unreadable });
    Metric.emit({ RowsAtFault: [done.unreadable, "Count"] });
  }
  return done;
}

type Readable = Entry & { note: Note };

/** The first statement of the transaction: flushes run one after another. */
const lockFlush = sql`select pg_advisory_xact_lock(hashtext('search_analytics'))`;

async function write(entries: Readable[]): Promise<number> {
  if (entries.length === 0) return 0;
  const answers = await stored(entries.map(({ note }) => note.criteria));
  const rows = entries.map(({ note, until }, index) => ({
    ...toSearchRow(note),
    ...toAnswerColumns(note, until, answers[index]),
  }));
  const { written } = await transaction({ locked: lockFlush, written: insertSearches(rows) });
  return written.length;
}

function toSearchRow({ id, at, sessionId, requestId, criteria }: Note) {
  const { adults, childAges, infants } = criteria;
  return { ...criteria, id, at, sessionId, requestId, passengers: adults + childAges.length + infants };
}

type Answered = Pick<Row, "status" | "freshness" | "provider" | "results" | "cheapest" | "tookMs">;

/** The part of a search that the stored answer tells. */
function toAnswerColumns({ at, criteria }: Note, until: string, answer: StoredAnswer | undefined): Answered {
  if (!answer) return { status: null, freshness: null, provider: null, results: null, cheapest: null, tookMs: null };
  const { status, offers, providers } = answer;
  const [first] = offers;
  const names = providers.filter((said) => ["ok", "partial", "no_results"].includes(said.status));
  return {
    status,
    freshness: freshnessOf(at, until, answer),
    tookMs: waitedFor(at, until, answer),
    provider: names.map(({ name }) => name).join("+"),
    results: offers.length,
    cheapest: first?.currency === criteria.currency ? first.total : null,
  };
}

/**
 * How long the search waited for the providers (milliseconds): a leader as long as they took, a search that joined it
 * from then on, and none where a stored answer was given. Null where the stored answer does not say how long they took.
 */
function waitedFor(at: string, until: string, answer: StoredAnswer): number | null {
  if (freshnessOf(at, until, answer) !== "fresh") return 0;
  const { searchedAt, tookMs } = answer;
  return tookMs === undefined ? null : Math.max(0, Date.parse(searchedAt) + tookMs - Date.parse(at));
}

/** Where Redis had no answer, it came from a provider then, or from Postgres, which had it from before. */
function freshnessOf(at: string, until: string, { searchedAt, freshUntil }: StoredAnswer): Row["freshness"] {
  if (until === "" && Date.parse(at) - Date.parse(searchedAt) < settleTime) return "fresh";
  return at < (until || freshUntil) ? "cached" : "stale";
}
