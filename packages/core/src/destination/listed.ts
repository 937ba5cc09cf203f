import { sql } from "../base/db.ts";

/** The codes of the places that have a guide, busiest first. */
export async function listed(): Promise<string[]> {
  const rows = await sql`
    select destination_guides.code
      from destination_guides
     order by destination_guides.rank nulls last, destination_guides.code
     limit 40000`;
  return rows.map(({ code }) => code as string);
}
