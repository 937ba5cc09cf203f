import * as v from "valibot";
import { Refused } from "../command.ts";

const Name = v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_]{0,62}$/));

/** A table, or a partition of one with its bound as SQL. Generated columns are not among `columns`. */
const Table = v.strictObject({
  name: Name,
  columns: v.array(Name),
  parent: v.nullable(Name),
  bound: v.nullable(v.pipe(v.string(), v.regex(/^(DEFAULT|FOR VALUES [^;]*)$/))),
});
export type Table = v.InferOutput<typeof Table>;

/** What a backup holds, before its rows. */
const Manifest = v.strictObject({
  /** The moment of its snapshot on the server's clock. */
  takenAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The version of the server. */
  postgres: v.string(),
  /** The names of the migrations that the schema has had, in their order. */
  migrations: v.array(v.pipe(v.string(), v.regex(/^[\w-]+$/))),
  tables: v.array(Table),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/** After the rows of a table: their number, the bytes of their text, and their digest. */
const TableEnd = v.strictObject({ name: Name, rows: v.number(), bytes: v.number(), digest: v.string() });
export type TableEnd = v.InferOutput<typeof TableEnd>;

/** The next value of each sequence, read after all rows. */
const Sequence = v.strictObject({ name: Name, value: v.pipe(v.string(), v.regex(/^-?\d+$/)), isCalled: v.boolean() });
const End = v.strictObject({ tables: v.number(), rows: v.number(), sequences: v.array(Sequence) });
export type End = v.InferOutput<typeof End>;

/** Each frame holds one record: a letter, and JSON or, for rows, how many end in it (4 bytes) and their text. */
export type Record =
  | { kind: "manifest"; manifest: Manifest }
  | { kind: "table"; name: string }
  | { kind: "rows"; rows: number; text: Buffer }
  | { kind: "tableEnd"; end: TableEnd }
  | { kind: "end"; end: End };

const letters = { manifest: "m", table: "t", rows: "r", tableEnd: "e", end: "z" } as const;
export const rowsHead = 5;

export function recordOf(kind: Exclude<keyof typeof letters, "rows">, value: unknown): Buffer {
  return Buffer.from(letters[kind] + JSON.stringify(value));
}

/** Writes the head of rows into the first bytes of a frame. */
export function writeRowsHead(frame: Buffer, rows: number): void {
  frame.write(letters.rows, 0, "latin1");
  frame.writeUInt32BE(rows, 1);
}

export function parseRecord(frame: Buffer): Record {
  const letter = String.fromCharCode(frame[0] ?? 0);
  if (letter === letters.rows) return { kind: "rows", rows: frame.readUInt32BE(1), text: frame.subarray(rowsHead) };
  try {
    const value = JSON.parse(frame.toString("utf8", 1));
    if (letter === letters.manifest) return { kind: "manifest", manifest: v.parse(Manifest, value) };
    if (letter === letters.table) return { kind: "table", name: v.parse(Name, value) };
    if (letter === letters.tableEnd) return { kind: "tableEnd", end: v.parse(TableEnd, value) };
    if (letter === letters.end) return { kind: "end", end: v.parse(End, value) };
  } catch {
    // Said below, as a letter that is not known is.
  }
  throw new Refused("This backup holds what this program does not know: it was written by another version.");
}
