import { closeSync, openSync, readSync } from "node:fs";
import sqlite, { type Database } from "node-sqlite3-wasm";
import { Refused } from "../command.ts";
import type { Cell } from "./cell.ts";

/** The tables of the old files, and the columns of each that matter. */
const columns = {
  users: `id email password_hash first_name last_name preferred_airlines preferred_airports seat_preference
    meal_preference created_at updated_at phone`,
  watches: `id userId origin destination start end cabin maxStops adults currency targetUsd flexDays active email
    lastNotifiedUsd createdAt updatedAt tripType`,
  bookings: `id user_id booking_reference origin destination depart_date return_date passengers passenger_details
    total_amount currency airline booking_date status contact_email created_at`,
  searches: `id user_id origin destination depart_date return_date adults children infants cabin_class currency
    result_count price_range searched_at`,
  passenger_profiles: `id user_id first_name last_name date_of_birth gender email phone address created_at updated_at`,
  sessions: "id",
};
export type Source = keyof typeof columns;
/** A row of an old file by its columns; a column that the file lacks is null. */
export type OldRow = (column: string) => Cell;

/**
 * An old file, by its private copy. It is open for this process alone, and holds what the verification notes down too, so
 * that notes and rows can be joined, and take no memory.
 */
export class Old {
  private readonly db: Database;

  /** @throws Refused when the file is no SQLite database that can be read */
  constructor(path: string) {
    this.db = new sqlite.Database(path, { fileMustExist: true });
    try {
      // WebAssembly shares no memory with other processes, as a write-ahead log needs unless one process has it alone.
      this.db.exec("pragma locking_mode = exclusive");
      this.db.exec("pragma journal_mode = off");
      this.db.exec("pragma synchronous = off");
      this.one("select count(*) from sqlite_master");
      requireUtf8(path);
    } catch (error) {
      this.db.close();
      if (error instanceof Refused) throw error;
      throw new Refused(`${path} is no SQLite database that can be read: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.db.close();
  }

  has(source: Source): boolean {
    return this.columnsOf(source).size > 0;
  }

  /** The rows of a table; none where the file lacks it. */
  *rows(source: Source): Generator<OldRow> {
    const there = this.columnsOf(source);
    const names = columns[source].split(/\s+/);
    if (there.size === 0) return;
    const selected = names.flatMap((name, index) => (there.has(name.toLowerCase()) ? cellOf(name, index) : []));
    const statement = this.db.prepare(`select ${selected.join(", ")} from ${source}`);
    try {
      for (const row of statement.iterate() as Iterable<Record<string, unknown>>)
        yield (column) => this.cell(row, names.indexOf(column));
    } finally {
      statement.finalize();
    }
  }

  /** The latest moment in a column of moments, as text; empty where there is none. */
  latest(source: Source, column: string): string {
    if (!this.columnsOf(source).has(column.toLowerCase())) return "";
    const pattern = "20[0-9][0-9]-[0-1][0-9]-[0-3][0-9]T*Z";
    return String(
      this.one(`select max("${column}") as at from ${source} where "${column}" glob ?`, [pattern]).at ?? "",
    );
  }

  /** Runs a statement on the notes. */
  note(statement: string, values: (string | number | null)[] = []): void {
    this.db.run(statement, values);
  }

  /** The first row that a statement on the notes finds; without one, an empty row. */
  one(statement: string, values: (string | number | null)[] = []): Record<string, unknown> {
    return (this.db.get(statement, values) as Record<string, unknown> | null) ?? {};
  }

  *each(statement: string, values: (string | number | null)[] = []): Generator<Record<string, unknown>> {
    const prepared = this.db.prepare(statement);
    try {
      yield* prepared.iterate(values) as Iterable<Record<string, unknown>>;
    } finally {
      prepared.finalize();
    }
  }

  /** A statement on the notes that is run many times. */
  prepared(statement: string): (...values: (string | number | null)[]) => Record<string, unknown> | null {
    const prepared = this.db.prepare(statement);
    return (...values) => prepared.get(values) as Record<string, unknown> | null;
  }

  private columnsOf(source: Source): Set<string> {
    return new Set([...this.each(`pragma table_info(${source})`)].map(({ name }) => String(name).toLowerCase()));
  }

  private cell(row: Record<string, unknown>, index: number): Cell {
    const kind = (row[`k${index}`] ?? "null") as Cell["kind"];
    const bytes = row[`t${index}`] as Uint8Array | null | undefined;
    const number = row[`n${index}`] as Cell["number"] | undefined;
    return { kind, number: number ?? null, text: bytes ? this.decode(bytes) : null };
  }

  /** Null for bytes that are no text, and for text with a zero byte. */
  private decode(bytes: Uint8Array): string | null {
    try {
      const text = utf8.decode(bytes);
      return text.includes("\0") ? null : text;
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** This SQLite knows no UTF-16. Where a file's text is so, its header says it. */
function requireUtf8(path: string): void {
  const file = openSync(path, "r");
  const header = Buffer.alloc(60);
  const count = readSync(file, header);
  closeSync(file);
  if (count === header.length && header.readUInt32BE(56) > 1) throw new Refused(`${path} holds its text in UTF-16`);
}

/** What is selected of a column: how it is stored, its number, and the bytes of its text. */
function cellOf(name: string, index: number): string[] {
  return [
    `typeof("${name}") as k${index}`,
    `case when typeof("${name}") in ('integer', 'real') then "${name}" end as n${index}`,
    `case when typeof("${name}") <> 'blob' then cast(cast("${name}" as text) as blob) end as t${index}`,
  ];
}
