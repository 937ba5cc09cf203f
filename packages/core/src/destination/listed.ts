import * as v from "valibot";
import * as Airport from "../airport.ts";
import { sql } from "../base/db.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { List } from "./schema.ts";

/** The order of the list: by rank, then by code. */
const key = sql`lpad(coalesce(destination_guides.rank, 99999)::text, 5, '0') || destination_guides.code`;

/**
 * Lists the places that have a guide, busiest first.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(query: List): Promise<{ items: Airport.Info[]; nextCursor: string | null }> {
  const { limit, cursor } = v.parse(List, query);
  const after = decodeCursor(cursor, /^\d{5}[A-Z]{3}$/);
  const rows = (await sql`
    select destination_guides.code,
           ${key} as key
      from destination_guides
     where ${after}::text is null or ${key} > ${after}
     order by key
     limit ${limit + 1}`) as { code: string; key: string }[];
  const { items, nextCursor } = toPage(rows, limit, (row) => row.key);
  const { items: places } = await Airport.search({ codes: items.map(({ code }) => code) });
  return { items: places, nextCursor };
}

/** The codes of all places that have a guide, busiest first, at most the number that a sitemap may name. */
export async function all(): Promise<string[]> {
  const rows = await sql`
    select destination_guides.code
      from destination_guides
     order by destination_guides.rank nulls last, destination_guides.code
     limit 25000`;
  return rows.map(({ code }) => code as string);
}
