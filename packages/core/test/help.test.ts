import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as Help from "../src/help.ts";

test("each page is listed once, in the language asked for, else in English, and read in the same", async () => {
  await sql`
    insert into help_pages (name, language, place_in_list, title, blocks, body)
    values ('aa-only-english', 'en', -2, 'Only English', '[]', 'x'), ('aa-both', 'en', -1, 'Both', '[]', 'x'),
           ('aa-both', 'de', -1, 'Beides', '[]', 'x'), ('aa-only-german', 'de', -1, 'Nur Deutsch', '[]', 'x')`;
  const titles = async (query: Help.Query) =>
    (await Help.list(query)).items.filter(({ name }) => name.startsWith("aa-")).map(({ title }) => title);
  expect(await titles({ language: "de" })).toEqual(["Only English", "Beides", "Nur Deutsch"]);
  expect(await titles({})).toEqual(["Only English", "Both"]);
  expect((await Help.get("aa-both", { language: "de" })).title).toBe("Beides");
  expect((await Help.get("aa-both", { language: "fr" })).title).toBe("Both");
  for (const name of ["aa-only-german", "aa-nothing", "'; drop table help_pages; --"])
    await expect(Help.get(name, {})).rejects.toMatchObject({ kind: "missing", code: "help.missing" });
});
