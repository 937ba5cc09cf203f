import * as v from "valibot";
import { sql } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { Prose } from "./base/proseschema.ts";

/** The language of the reader; a page that is not written in it comes in English. */
export const Query = v.strictObject({
  language: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}$/, "must be a BCP 47 language tag of two letters, such as de")),
    "en",
  ),
});
export type Query = v.InferInput<typeof Query>;

/** A page in a list. */
export const Listed = v.object({ name: v.string(), language: v.string(), title: v.string() });
export type Listed = v.InferOutput<typeof Listed>;

/** A page of help; `blocks` never hold markup. */
export const Info = v.object({ ...Listed.entries, blocks: Prose });
export type Info = v.InferOutput<typeof Info>;

/** Lists all pages in their order, each once. @throws ValiError */
export async function list(query: unknown): Promise<{ items: Listed[] }> {
  const { language } = v.parse(Query, query);
  const rows = await sql`
    select page.name, page.language, page.title
      from (
        select distinct on (help_pages.name)
               help_pages.name, help_pages.language, help_pages.title, help_pages.place_in_list
          from help_pages
         where help_pages.language in (${language}, 'en')
         order by help_pages.name, help_pages.language = ${language} desc
      ) as page
     order by page.place_in_list, page.name`;
  return { items: rows as Listed[] };
}

/** @throws ValiError, Problem `help.missing` */
export async function get(name: string, query: unknown): Promise<Info> {
  const { language } = v.parse(Query, query);
  const [row] = await sql`
    select help_pages.name, help_pages.language, help_pages.title, help_pages.blocks
      from help_pages
     where help_pages.name = ${name}
       and help_pages.language in (${language}, 'en')
     order by help_pages.language = ${language} desc
     limit 1`;
  if (!row) throw new Problem("missing", "help.missing", "There is no such page of help.");
  return row as Info;
}
