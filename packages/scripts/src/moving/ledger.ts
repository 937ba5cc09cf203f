import type { Client } from "pg";
import type { Source } from "./file.ts";

/** A statement with its values, as pg runs it. */
export type Statement = { text: string; values: unknown[] };

/** The values of a list by column, as UNNEST takes them. */
export const toColumns = <T>(list: T[], ...names: (keyof T)[]): unknown[][] =>
  names.map((name) => list.map((one) => one[name]));

/**
 * What the ledger has of an old row: which row here it became or was merged into, and the digests of what was read and
 * written. Where a person cannot change the row here, they are the same.
 */
export type Entry = { newId: string; fate: "imported" | "merged"; read: Buffer; written: Buffer };

/** Reads the entries of old rows, by their ids. */
export async function readEntries(client: Client, source: Source, ids: string[]): Promise<Map<string, Entry>> {
  const { rows } = await client.query<{ oldId: string } & Entry>({
    name: "entries",
    text: `select moved_rows.old_id as "oldId", moved_rows.new_id as "newId", moved_rows.fate,
                  moved_rows.read_digest as read, moved_rows.written_digest as written
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
      entries.map(({ why }) => why.join(" ")),
      entries.map(({ read }) => read.toString("hex")),
      entries.map(({ written }) => written.toString("hex")),
    ],
  };
}
