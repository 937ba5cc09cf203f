import { DatabaseSync } from "@photostructure/sqlite";
import { emailKey } from "@travel-conductor/core/base/mailbox";
import { Refused } from "../command.ts";
import { type Cell, idOf, madeAt, textOf, wordOf } from "./cell.ts";
import { copyPrivately } from "./copy.ts";
import { type Digest, digestOfText } from "./sum.ts";

/** The tables of the old files with all columns that they may have. */
export const columnsOf = {
  users: [
    ...["id", "email", "password_hash", "first_name", "last_name", "preferred_airlines", "preferred_airports"],
    ...["seat_preference", "meal_preference", "created_at", "updated_at", "phone"],
  ],
  sessions: ["id", "user_id", "expires_at", "created_at"],
  bookings: [
    ...["id", "user_id", "booking_reference", "origin", "destination", "depart_date", "return_date", "passengers"],
    ...["passenger_details", "total_amount", "currency", "airline", "booking_date", "status", "contact_email"],
    "created_at",
  ],
  searches: [
    ...["id", "user_id", "origin", "destination", "depart_date", "return_date", "adults", "children", "infants"],
    ...["cabin_class", "currency", "result_count", "airlines", "price_range", "searched_at"],
  ],
  passenger_profiles: [
    ...["id", "user_id", "first_name", "last_name", "date_of_birth", "gender", "email", "phone", "address"],
    ...["created_at", "updated_at"],
  ],
  watches: [
    ...[
      "id",
      "userId",
      "origin",
      "destination",
      "start",
      "end",
      "cabin",
      "maxStops",
      "adults",
      "currency",
      "targetUsd",
    ],
    ...["flexDays", "active", "email", "provider", "lastProvider", "lastSourceLink", "lastBestUsd", "lastNotifiedUsd"],
    ...["createdAt", "updatedAt", "tripType"],
  ],
} as const;
export type Source = keyof typeof columnsOf;
export const sources = Object.keys(columnsOf) as Source[];

/** A row of an old table: its cells by column, its `rowid`, and columns that a query adds. */
export type Row = Record<string, Cell>;

/**
 * The old files, opened as private copies. `from` reads a table of all files as a subquery with the columns above, which
 * are null where a file lacks them, and with `file` (0 or 1).
 */
export type Old = {
  has: (source: Source) => boolean;
  /** Whether several files have a table, and so may have rows of one id. */
  isInSeveral: (source: Source) => boolean;
  from: (source: Source) => string;
  run: (statement: string, ...values: (string | number | null)[]) => void;
  /** Prepares a statement that is run for many rows. */
  prepare: (statement: string) => { run: (...values: (string | number | null)[]) => void };
  /** Streams the rows of a query. */
  rows: (query: string, ...values: (string | number)[]) => IterableIterator<Row>;
  close: () => Promise<void>;
};

type Database = InstanceType<typeof DatabaseSync>;

const schemas = ["main", "other"];

/**
 * @throws Refused for a file that is no SQLite, is damaged, or has none of the six tables
 */
export async function openOld(paths: string[], at: Date): Promise<Old> {
  const copies: Awaited<ReturnType<typeof copyPrivately>>[] = [];
  const removeAll = () => Promise.all(copies.map(({ remove }) => remove()));
  let db: Database | undefined;
  try {
    for (const path of paths) copies.push(await copyPrivately(path));
    for (const [index, { copy }] of copies.entries()) {
      try {
        if (db) db.exec(`attach database '${copy.replaceAll("'", "''")}' as other`);
        else db = new DatabaseSync(copy);
        check(db, schemas[index]!);
      } catch (error) {
        throw new Refused(`${paths[index]}: ${(error as Error).message}`);
      }
    }
    const opened = db!;
    opened.exec("pragma temp_store = file; pragma cache_size = -4000");
    opened.function("email_key", { deterministic: true }, (text: unknown) => {
      const email = textOf(text as Cell);
      return email === undefined ? null : emailKey(email);
    });
    opened.function("word_of", { deterministic: true }, (text: unknown) => wordOf(text as Cell) ?? null);
    opened.function("made_at", { deterministic: true }, (id: unknown, one: unknown, other: unknown) =>
      madeAt(idOf(id as Cell) ?? "", at, one as Cell, other as Cell).made.toISOString(),
    );
    const tables = new Map(sources.map((source) => [source, tablesOf(opened, paths.length, source)]));
    return {
      has: (source) => tables.get(source)!.length > 0,
      isInSeveral: (source) => tables.get(source)!.length > 1,
      from: (source) =>
        `(${(tables.get(source)!.length > 0 ? tables.get(source)! : [none(source)]).join(" union all ")})`,
      run: (statement, ...values) => void opened.prepare(statement).run(...values),
      prepare: (statement) => {
        const prepared = opened.prepare(statement);
        return { run: (...values) => void prepared.run(...values) };
      },
      rows: (query, ...values) => stream(opened, query, values),
      close: async () => {
        opened.close();
        await removeAll();
      },
    };
  } catch (error) {
    db?.close();
    await removeAll();
    throw error;
  }
}

const kept = new Set<unknown>();

/** Keeps the statement while its rows are read: its iterator alone does not. */
function* stream(db: Database, query: string, values: (string | number)[]): IterableIterator<Row> {
  const statement = db.prepare(query);
  statement.setReadBigInts(true);
  // An object that the library makes of a row is slow to make and to read; one that is made here is not.
  statement.setReturnArrays(true);
  const names = statement.columns().map(({ name }) => name);
  kept.add(statement);
  for (const cells of statement.iterate(...values) as IterableIterator<Cell[]>) {
    const row: Row = {};
    for (let index = 0; index < names.length; index++) row[names[index]!] = cells[index]!;
    yield row;
  }
  kept.delete(statement);
}

function check(db: Database, schema: string): void {
  const [result] = db.prepare(`pragma ${schema}.quick_check(1)`).all() as { quick_check: string }[];
  if (result?.quick_check !== "ok") throw new Error(`is damaged: ${result?.quick_check}`);
  const found = db.prepare(`select name from ${schema}.sqlite_master where type = 'table'`).all() as { name: string }[];
  const known = found.some(({ name }) => (sources as string[]).includes(name));
  if (!known) throw new Error(`has none of the tables ${sources.join(", ")}`);
}

/**
 * A query for each file that has the table. Text of ASCII alone comes as text, any other as bytes: SQLite cuts at a zero
 * byte, and a decoder replaces what is broken. A blob comes as text that is not ASCII.
 */
function tablesOf(db: Database, files: number, source: Source): string[] {
  return schemas.slice(0, files).flatMap((schema, file) => {
    const [table] = db.prepare(`select 1 from ${schema}.sqlite_master where type = 'table' and name = ?`).all(source);
    if (!table) return [];
    const there = (db.prepare(`pragma ${schema}.table_info("${source}")`).all() as { name: string }[]).map(
      (c) => c.name,
    );
    const cells = columnsOf[source].map((name) =>
      there.includes(name)
        ? `case typeof("${name}")
             when 'text' then iif(length("${name}") = octet_length("${name}"), "${name}", cast("${name}" as blob))
             when 'blob' then '\u2022' || hex("${name}")
             else "${name}" end as "${name}"`
        : `null as "${name}"`,
    );
    return [`select ${file} as file, rowid as place, ${cells.join(", ")} from ${schema}."${source}"`];
  });
}

const none = (source: Source) =>
  `select 0 as file, 0 as place, ${columnsOf[source].map((name) => `null as "${name}"`).join(", ")} where false`;

/** Columns that have no place here: the old application wrote them at each of its checks. */
const unread = ["provider", "lastProvider", "lastSourceLink", "lastBestUsd", "updatedAt"];
const digested = Object.fromEntries(
  sources.map((source) => [source, columnsOf[source].filter((name) => !unread.includes(name))]),
) as Record<Source, string[]>;

/** A digest of a row's content, by its columns' names: a column that was added without a value changes nothing. */
export function digestOf(source: Source, row: Row, more: string): Digest {
  let text = "";
  for (const name of digested[source]) {
    const cell = row[name] ?? null;
    if (cell === null) continue;
    const value =
      cell instanceof Uint8Array ? `text ${Buffer.from(cell).toString("latin1")}` : `${typeof cell} ${cell}`;
    text += `${name} ${value.length} ${value}`;
  }
  return digestOfText(text + more);
}
