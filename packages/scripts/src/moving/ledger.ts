import type { Client } from "pg";
import type { Source } from "./file.ts";
import type { Digest } from "./sum.ts";

/** A statement with its values, as pg runs it. */
export type Statement = { text: string; values: unknown[] };

/** The values of a list by column, as UNNEST takes them. */
export const toColumns = <T>(list: T[], ...names: (keyof T)[]): unknown[] =>
  names.map((name) => toArray(list.map((one) => one[name])));

/**
 * A list as the text of a Postgres array, which JSON writes fastest. The escapes that only JSON has are those of control
 * characters and of halves of a character: a list with one of them is left to pg.
 */
export function toArray(list: unknown[]): unknown {
  const json = JSON.stringify(list);
  return json.includes("\\") && /\\[^"\\]/.test(json) ? list : `{${json.slice(1, -1)}}`;
}

/**
 * What the ledger has of an old row: which row here it became or was merged into, and the digests of what was read and
 * written. Where a person cannot change the row here, they are the same.
 */
export type Entry = { newId: string; fate: "imported" | "merged"; read: Digest; written: Digest };

/** Whether any row of an old table has an entry. */
export async function hasEntries(client: Client, source: Source): Promise<boolean> {
  const { rows } = await client.query("select from moved_rows where moved_rows.source = $1 limit 1", [source]);
  return rows.length > 0;
}

/** Reads the entries of old rows, by their ids. */
export async function readEntries(client: Client, source: Source, ids: string[]): Promise<Map<string, Entry>> {
  const { rows } = await client.query<{ oldId: string } & Entry>({
    text: `select moved_rows.old_id as "oldId", moved_rows.new_id as "newId", moved_rows.fate,
                  encode(moved_rows.read_digest, 'hex') as read, encode(moved_rows.written_digest, 'hex') as written
             from moved_rows
            where moved_rows.source = $1
              and moved_rows.old_id = any ($2::text[])`,
    values: [source, ids],
  });
  return new Map(rows.map(({ oldId, ...entry }) => [oldId, entry]));
}

export type NewEntry = Entry & { oldId: string; why: string[] };

/** The statement that writes entries, in place of older ones. */
export function writeEntries(source: Source, entries: NewEntry[]): Statement {
  return {
    text: `insert into moved_rows (source, old_id, new_id, fate, why, read_digest, written_digest)
           select $1, entry.old_id, entry.new_id, entry.fate, string_to_array(entry.why, ' '), decode(entry.read, 'hex'),
                  decode(entry.written, 'hex')
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                  as entry (old_id, new_id, fate, why, read, written)
            order by entry.old_id
           on conflict (source, old_id) do update
              set (new_id, fate, why, read_digest, written_digest) =
                  (excluded.new_id, excluded.fate, excluded.why, excluded.read_digest, excluded.written_digest)`,
    values: [
      source,
      ...toColumns(entries, "oldId", "newId", "fate"),
      toArray(entries.map(({ why }) => why.join(" "))),
      ...toColumns(entries, "read", "written"),
    ],
  };
}
