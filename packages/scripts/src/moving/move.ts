import { setImmediate } from "node:timers/promises";
import type { Client } from "pg";
import { idOf } from "./cell.ts";
import { digestOf, type Old, type Row, type Source } from "./file.ts";
import { type Entry, hasEntries, type NewEntry, readEntries, type Statement, writeEntries } from "./ledger.ts";
import type { Outcome, Report } from "./report.ts";
import type { Digest } from "./sum.ts";

/**
 * What a run has at hand: `reader` looks rows up while `writer` is in a transaction; nothing is written without `writer`.
 */
export type Run = {
  at: Date;
  old: Old;
  reader: Client;
  writer: Client | null;
  report: Report;
};

/** A row with its id and the digest of its content. */
export type Given = { id: string; row: Row; read: Digest };

/**
 * A decision: what is told of a row, and, unless it stays as it is, what is written of it and its entry in the ledger.
 */
export type Decided<T> = { outcome: Outcome; write?: { value: T; isNew: boolean }; entry?: NewEntry };

/**
 * How the rows of one table move. `rows` streams them in the order in which they are decided; `isLast` tells that the
 * rows up to this one can be decided without the next. `look` finds what is here of them. `statements` writes what was
 * decided, in one transaction with the ledger.
 */
export type Mover<T, Here = undefined> = {
  source: Source;
  rows: (old: Old) => Iterable<Row>;
  isLast?: (row: Row, next: Row) => boolean;
  digest?: (row: Row) => string;
  look: (given: Given[], entries: Map<string, Entry>, run: Run) => Promise<Here>;
  decide: (given: Given[], entries: Map<string, Entry>, here: Here, run: Run) => Promise<Decided<T>[]>;
  statements: (writes: { value: T; isNew: boolean }[], run: Run) => Statement[];
};

/** Rows that were read, and what is being looked up of them. */
type Batch<Here> = { rows: number; given: Given[]; found: Promise<[Map<string, Entry>, Here]> };

const batchRows = 500;

/**
 * Moves a table, some hundred rows at a time: while one batch is written and the next is looked up, the one after is
 * read. `progress` is told the number of rows of each batch that was written.
 */
export async function move<T, Here>(run: Run, mover: Mover<T, Here>, progress: (rows: number) => void): Promise<void> {
  const { source } = mover;
  const isEmpty = !(await hasEntries(run.reader, source));
  // The last two batches that are written, one after another.
  let [before, writing]: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()];
  let next: Batch<Here> | undefined;
  const settle = async ({ rows, given, found }: Batch<Here>) => {
    const [entries, here] = await found;
    const decided = await mover.decide(given, entries, here, run);
    await (isEmpty ? before : writing);
    before = writing;
    writing = before.then(async () => {
      await write(run, mover, decided);
      for (const { outcome } of decided) run.report.add(source, outcome);
      await run.report.flush();
      progress(rows);
    });
    // A failure is met at the next batch, or at the end.
    writing.catch(() => undefined);
  };
  const take = async (rows: Row[]) => {
    const given = givenOf(run, mover, rows);
    const last = next;
    // The rows before may change what these meet here: their write begins first. On a first run they change nothing.
    if (last && !isEmpty) await settle(last);
    const found = lookUp(run, mover, given, isEmpty);
    found.catch(() => undefined);
    next = { rows: rows.length, given, found };
    if (last && isEmpty) await settle(last);
  };
  try {
    let batch: Row[] = [];
    let read = 0;
    for (const row of mover.rows(run.old)) {
      const last = batch.at(-1);
      if (last && batch.length >= batchRows && (mover.isLast?.(last, row) ?? true)) {
        await take(batch);
        batch = [];
      }
      batch.push(row);
      // Lets the statement after the one that is answered go.
      if (++read % 50 === 0) await setImmediate();
    }
    if (batch.length > 0) await take(batch);
    if (next) await settle(next);
  } finally {
    await writing;
  }
}

/** The rows that are decided: those with an id, of one id the first. */
function givenOf<T, Here>({ report }: Run, { source, digest }: Mover<T, Here>, rows: Row[]): Given[] {
  const given: Given[] = [];
  for (const row of rows) {
    const id = idOf(row.id);
    if (id === undefined) report.add(source, { id: null, fate: "rejected", why: ["id"], row });
    else if ((row["id place"] ?? 1n) !== 1n) report.add(source, { id, fate: "merged", why: ["id.same"], row });
    else given.push({ id, row, read: digestOf(source, row, digest?.(row) ?? "") });
  }
  return given;
}

/** Where the ledger had nothing of the table, it has nothing of these rows: no run before brought them. */
async function lookUp<T, Here>(
  run: Run,
  { source, look }: Mover<T, Here>,
  given: Given[],
  isEmpty: boolean,
): Promise<[Map<string, Entry>, Here]> {
  const ids = given.map(({ id }) => id);
  const entries = isEmpty ? new Map<string, Entry>() : await readEntries(run.reader, source, ids);
  return [entries, await look(given, entries, run)];
}

/**
 * Writes decisions and their entries in one transaction. Where Postgres refuses a value that no rule foresaw, halves are
 * tried, so that one bad row is rejected alone.
 */
async function write<T, Here>(run: Run, mover: Mover<T, Here>, decided: Decided<T>[]): Promise<void> {
  const entries: NewEntry[] = [];
  const writes: { value: T; isNew: boolean }[] = [];
  for (const { entry, write } of decided) {
    if (entry) entries.push(entry);
    if (write) writes.push(write);
  }
  if (!run.writer || entries.length === 0) return;
  const statements = [...(writes.length > 0 ? mover.statements(writes, run) : []), writeEntries(mover.source, entries)];
  try {
    await transaction(run.writer, statements);
  } catch (error) {
    if (!isRefusedValue(error)) throw error;
    const written = decided.filter(({ entry }) => entry);
    if (written.length === 1) {
      const constraint = (error as { constraint?: string }).constraint ?? (error as { code: string }).code;
      Object.assign(written[0]!.outcome, { fate: "rejected", why: [`refused.${constraint}`] });
      return;
    }
    const middle = Math.ceil(written.length / 2);
    await write(run, mover, written.slice(0, middle));
    await write(run, mover, written.slice(middle));
  }
}

const [begin, commit] = ["begin", "commit"].map((text) => ({ text, values: [] }));

/** The statements go in one request. Where one fails, those after it do nothing, and `commit` rolls back. */
async function transaction(client: Client, statements: Statement[]): Promise<void> {
  const answers: Promise<unknown>[] = [];
  for (const { text, values } of [begin!, ...statements, commit!]) {
    const answer = client.query(text, values);
    answer.catch(() => undefined);
    answers.push(answer);
  }
  await Promise.all(answers);
}

/** Data exceptions, violated constraints, rows that meet twice and exceeded limits, by their SQLSTATE. */
const isRefusedValue = (error: unknown): boolean => /^(21|22|23|54)/.test(String((error as { code?: string }).code));
