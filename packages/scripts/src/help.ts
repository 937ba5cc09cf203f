import { readdirSync, readFileSync } from "node:fs";
import { parseProse, wordsOf } from "@travel-conductor/core/base/prose";
import type { Client } from "pg";

const folder = new URL("../../core/data/help/", import.meta.url);

/** The pages in the order of their list. A page's name is that of its file. */
const order = [
  "search-tips",
  "how-watches-decide",
  "why-no-alert",
  "alerts-on-channels",
  "what-simulated-means",
  "holding-a-flight",
  "cancelling-a-booking",
  "travelers-and-documents",
  "tips-and-reviews",
  "deleting-your-account",
];

/** The pages of help as the tree has them. The first line of a file is the title, after "# ". */
export async function helpPages() {
  const files = ["en", "de"].flatMap((language) =>
    readdirSync(new URL(`${language}/`, folder)).map((file) => ({ language, file })),
  );
  return Promise.all(
    files.map(async ({ language, file }) => {
      const [first = "", ...rest] = readFileSync(new URL(`${language}/${file}`, folder), "utf8").split("\n");
      const name = file.replace(/\.md$/, "");
      const place = order.indexOf(name);
      if (!first.startsWith("# ") || place === -1) throw new Error(`${language}/${file} has no title or no place`);
      const blocks = await parseProse(rest.join("\n"));
      return { name, language, place, title: first.slice(2), blocks, body: wordsOf(blocks) };
    }),
  );
}

/** Brings the pages of help to the state of the tree. Writes only what differs. @returns the number of pages written */
export async function seedHelp(client: Client): Promise<number> {
  const pages = await helpPages();
  await client.query(
    `delete from help_pages
      where not exists (
              select
                from jsonb_to_recordset($1::jsonb) as page (name text, language text)
               where page.name = help_pages.name
                 and page.language = help_pages.language
            )`,
    [JSON.stringify(pages)],
  );
  const written = await client.query(
    `insert into help_pages (name, language, place_in_list, title, blocks, body)
     select name, language, place, title, blocks, body
       from jsonb_to_recordset($1::jsonb)
              as page (name text, language text, place smallint, title text, blocks jsonb, body text)
      order by name, language
     on conflict (name, language) do update
        set (place_in_list, title, blocks, body) = (
              excluded.place_in_list, excluded.title, excluded.blocks, excluded.body)
      where (help_pages.place_in_list, help_pages.title, help_pages.blocks, help_pages.body)
            is distinct from (excluded.place_in_list, excluded.title, excluded.blocks, excluded.body)`,
    [JSON.stringify(pages)],
  );
  return written.rowCount ?? 0;
}
