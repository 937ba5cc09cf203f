import { basename } from "node:path";
import * as Analytics from "@travel-conductor/core/analytics";
import { newId } from "@travel-conductor/core/base/id";
import { Client } from "pg";
import { preparePeople, users } from "./accounts.ts";
import { createBookings } from "./bookings.ts";
import { type Old, openOld, type Source } from "./file.ts";
import { endGone, type Gone } from "./gone.ts";
import { type Mover, move, type Run } from "./move.ts";
import { type Counts, Report } from "./report.ts";
import { searches } from "./searches.ts";
import { sessions } from "./sessions.ts";
import { spreadChecks } from "./spread.ts";
import { travelers } from "./travelers.ts";
import { prepareAddresses, watches } from "./watches.ts";

export type Options = {
  /** The old database, and the older file of watches. */
  paths: string[];
  databaseUrl: string;
  at: Date;
  isDryRun?: boolean;
  reportPath?: string | undefined;
  /** How many calls of the provider a day first checks may take; null for any number. */
  callsADay?: number | null;
  say?: (line: string) => void;
  /** Called before each statement, so that tests can end a run anywhere. */
  onStatement?: (text: string) => void;
};

export type Result = { exitCode: 0 | 1; tables: Record<Source, Counts>; reasons: Report["reasons"]; gone: Gone };

/** In this order each row finds its owner. */
const createMovers = () =>
  [users, sessions, travelers, createBookings(), searches, watches] as Mover<unknown, unknown>[];

/**
 * Brings the rows of old files over. Runs one after another: a second run waits for the first, and finds its work done.
 * @throws Refused before anything is written
 */
export async function moveIn(options: Options): Promise<Result> {
  const { paths, at, isDryRun = false, reportPath, say = () => undefined } = options;
  const old = await openOld(paths, at);
  const clients: Client[] = [];
  try {
    const [reader, writer] = [await connect(options), await connect(options, { pipeline: true })];
    clients.push(reader, writer);
    await writer.query("select pg_advisory_lock(hashtext('moving in'))");
    const report = await Report.start(reportPath, {
      at: at.toISOString(),
      dryRun: isDryRun,
      files: paths.map((path) => basename(path)),
    });
    try {
      if (!isDryRun && old.has("searches")) await makeMonths(old, at);
      const run: Run = { at, old, reader, writer: isDryRun ? null : writer, report };
      const id = newId("run");
      const startedAt = new Date();
      preparePeople(old, at);
      for (const mover of createMovers()) {
        if (mover === (watches as Mover<unknown, unknown>)) await prepareAddresses(run);
        await moveTable(run, mover, say);
      }
      const gone = await endGone(run, paths.length);
      await spreadChecks(run, options.callsADay ?? null);
      await report.end({ gone });
      if (run.writer) await record(writer, { id, at, startedAt, paths, report });
      const { counts: tables, reasons, exitCode } = report;
      return { exitCode, tables, reasons, gone };
    } catch (error) {
      await report.abandon();
      throw error;
    }
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await old.close();
  }
}

/** With `pipeline`, statements are sent without the answers of those before. */
async function connect({ databaseUrl, onStatement }: Options, more: { pipeline?: boolean } = {}): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, ...more });
  await client.connect();
  // A connection that breaks is met by the statement that runs on it.
  client.on("error", () => undefined);
  if (onStatement) {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      onStatement(typeof args[0] === "string" ? args[0] : (args[0] as { text: string }).text);
      return query(...args);
    }) as typeof client.query;
  }
  return client;
}

/** Says how far a table is, at most once in two seconds where people look on. */
async function moveTable(run: Run, mover: Mover<unknown, unknown>, say: (line: string) => void): Promise<void> {
  const { source } = mover;
  let total = 0;
  for (const { count } of run.old.rows(`select count(*) as count from ${run.old.from(source)}`)) total = Number(count);
  const start = Date.now();
  let [done, told] = [0, start];
  const progress = (rows: number) => {
    done += rows;
    if (process.env.CI || Date.now() - told < 2_000) return;
    told = Date.now();
    const rate = Math.max(1, Math.round((done * 1_000) / (told - start)));
    say(`${source}: ${done} of ${total}, ${rate} a second, ${Math.ceil((total - done) / rate)} s left`);
  };
  await move(run, mover, progress);
}

/** The months of the searches get their partitions first: rows of months without one would be moved later. */
async function makeMonths(old: Old, at: Date): Promise<void> {
  const months = new Set<string>();
  for (const { month } of old.rows(
    `select distinct substr(cast(searched_at as text), 1, 7) as month from ${old.from("searches")}`,
  ))
    if (typeof month === "string" && /^20\d\d-(0[1-9]|1[0-2])$/.test(month)) months.add(month);
  await Analytics.makeMonths(
    at,
    [...months].map((month) => new Date(`${month}-01T00:00:00Z`)),
  );
}

type Told = { id: string; at: Date; startedAt: Date; paths: string[]; report: Report };

async function record(client: Client, { id, at, startedAt, paths, report }: Told): Promise<void> {
  await client.query(
    `insert into import_runs (id, at, started_at, ended_at, files, counts, reasons)
     values ($1, $2, $3, now(), $4, $5, $6)`,
    [
      id,
      at,
      startedAt,
      paths.map((path) => basename(path)),
      JSON.stringify(report.counts),
      JSON.stringify(report.reasons),
    ],
  );
}
