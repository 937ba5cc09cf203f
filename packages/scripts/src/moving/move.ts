import { setImmediate } from "node:timers/promises";
import type { Client } from "pg";
import { idOf } from "./cell.ts";
import { digestOf, type Old, type Row, type Source } from "./file.ts";
import { type Entry, type NewEntry, readEntries, type Statement, writeEntries } from "./ledger.ts";
import type { Outcome, Report } from "./report.ts";

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
export type Given = { id: string; row: Row; read: Buffer };

/**
 * A decision: what is told of a row, and, unless it stays as it is, what is written of it and its entry in the ledger.
 */
export type Decided<T> = { outcome: Outcome; write?: { value: T; isNew: boolean }; entry?: NewEntry };

/**
 * How the rows of one table move. `rows` streams them in the order in which they are decided; `isLast` tells that the
 * rows up to this one can be decided without the next. `statements` writes what was decided, in one transaction with
 * the ledger.
 */
export type Mover<T> = {
  source: Source;
  rows: (old: Old) => Iterable<Row>;
  isLast?: (row: Row, next: Row) => boolean;
  digest?: (row: Row) => string;
  decide: (given: Given[], entries: Map<string, Entry>, run: Run) => Promise<Decided<T>[]>;
  statements: (writes: { value: T; isNew: boolean }[], run: Run) => Statement[];
  /** Whether a statement reads what the one before it wrote. */
  areApart?: boolean;
};

const batchRows = 500;

/**
 * Moves a table, some hundred rows at a time: while one batch is written, the next is read and decided. `progress` is
 * told the number of rows of each batch that was written.
 */
export async function move<T>(run: Run, mover: Mover<T>, progress: (rows: number) => void): Promise<void> {
  const { source } = mover;
  let writing: Promise<void> = Promise.resolve();
  const settle = async (rows: Row[]) => {
    const given: Given[] = [];
    for (const row of rows) {
      const id = idOf(row.id);
      if (id === undefined) run.report.add(source, { id: null, fate: "rejected", why: ["id"], row });
      else if ((row["id place"] ?? 1n) !== 1n) run.report.add(source, { id, fate: "merged", why: ["id.same"], row });
      else given.push({ id, row, read: digestOf(source, row, mover.digest?.(row) ?? "") });
    }
    const entries = await readEntries(
      run.reader,
      source,
      given.map(({ id }) => id),
    );
    const decided = await mover.decide(given, entries, run);
    await writing;
    writing = write(run, mover, decided).then(async () => {
      for (const { outcome } of decided) run.report.add(source, outcome);
      await run.report.flush();
      progress(rows.length);
    });
    // A failure is met at the next batch, or at the end.
    writing.catch(() => undefined);
  };
  try {
    let batch: Row[] = [];
    let read = 0;
    for (const row of mover.rows(run.old)) {
      const last = batch.at(-1);
      if (last && batch.length >= batchRows && (mover.isLast?.(last, row) ?? true)) {
        await settle(batch);
        batch = [];
      }
      batch.push(row);
      // Lets the statement after the one that is answered go.
      if (++read % 50 === 0) await setImmediate();
    }
    if (batch.length > 0) await settle(batch);
  } finally {
    await writing;
  }
}

/**
 * Writes decisions and their entries in one transaction. Where Postgres refuses a value that no rule foresaw, halves are
 * tried, so that one bad row is rejected alone.
 */
async function write<T>(run: Run, mover: Mover<T>, decided: Decided<T>[]): Promise<void> {
  const entries = decided.flatMap(({ entry }) => entry ?? []);
  if (!run.writer || entries.length === 0) return;
  const writes = decided.flatMap(({ write }) => write ?? []);
  const statements = [...(writes.length > 0 ? mover.statements(writes, run) : []), writeEntries(mover.source, entries)];
  try {
    await transaction(run.writer, statements, mover.areApart);
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

/** Statements that need not see each other's rows go as parts of one, in one request. */
async function transaction(client: Client, statements: Statement[], areApart = false): Promise<void> {
  if (!areApart) {
    const { text, values } = together(statements);
    await client.query(text, values);
    return;
  }
  await client.query("begin");
  try {
    for (const { text, values } of statements) await client.query(text, values);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

function together(statements: Statement[]): Statement {
  const values: unknown[] = [];
  const parts = statements.map((statement, index) => {
    const before = values.length;
    values.push(...statement.values);
    const text = statement.text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + before}`);
    return `part${index} as (${text} returning 1)`;
  });
  return { text: `with ${parts.join(", ")} select`, values };
}

/** Data exceptions, violated constraints, rows that meet twice and exceeded limits, by their SQLSTATE. */
const isRefusedValue = (error: unknown): boolean => /^(21|22|23|54)/.test(String((error as { code?: string }).code));
