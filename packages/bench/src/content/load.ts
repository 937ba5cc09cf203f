import * as Airport from "@travel-conductor/core/airport";
import type { Client } from "pg";
import { corpus, type Document, handwritten } from "./corpus.ts";

const batch = 5_000;

/**
 * Fills the tables of texts with `size` documents of the corpus. The corpus has more guides of a place, and in more
 * languages, than the product allows, so that this database is made to allow them.
 */
export async function load(client: Client, size: number): Promise<void> {
  await client.query(`
    truncate posts, guide_versions, help_pages, search_words cascade;
    alter table guide_versions drop constraint if exists language_is_known;
    drop index if exists guide_published;`);
  // Indexes that are made after the rows are made much sooner.
  const indexes = await client.query<{ name: string; statement: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as statement
      from pg_index
     where indrelid = 'posts'::regclass
       and not indisunique`);
  for (const { name } of indexes.rows) await client.query(`drop index ${name}`);
  const codes = [...new Set(handwritten.flatMap(({ place }) => place ?? []))];
  await client.query("insert into destination_guides (code) select unnest($1::text[]) on conflict do nothing", [codes]);
  const names = Object.fromEntries(
    Object.entries(await Airport.places(codes)).map(([code, { city }]) => [code, city] as const),
  );
  let waiting: Document[] = [];
  for (const document of corpus(size, names)) {
    waiting.push(document);
    if (waiting.length === batch) {
      await write(client, waiting);
      waiting = [];
    }
  }
  await write(client, waiting);
  // What the maintenance does in the course of days, at once.
  await client.query(`
    update posts
       set in_front = false
      from (select id, row_number() over (partition by place, language order by rank desc, id desc) as number
              from posts) as ordered
     where posts.id = ordered.id
       and ordered.number > 50`);
  for (const { statement } of indexes.rows) await client.query(statement);
  await client.query("vacuum analyze posts, guide_versions, help_pages");
}

async function write(client: Client, documents: Document[]): Promise<void> {
  const json = JSON.stringify(documents);
  const rows = `jsonb_to_recordset($1::jsonb)
    as row (id text, kind text, place text, language text, title text, body text, useful integer, date timestamptz)`;
  await client.query(
    `insert into posts (id, kind, place, state, language, title, body, useful, created_at, updated_at, published_at)
     select id, kind, place, 'published', language, title, body, useful, date, date, date
       from ${rows}
      where kind in ('tip', 'review')`,
    [json],
  );
  await client.query(
    `insert into guide_versions (
       id, place, section, language, state, title, source, blocks, body, checked_on, created_at, updated_at, published_at)
     select id, place, 'overview', language, 'published', title, body, '[]', body, date, date, date, date
       from ${rows}
      where kind = 'guide'`,
    [json],
  );
  await client.query(
    `insert into help_pages (name, language, place_in_list, title, blocks, body)
     select id, language, 0, title, '[]', body
       from ${rows}
      where kind = 'help'`,
    [json],
  );
}
