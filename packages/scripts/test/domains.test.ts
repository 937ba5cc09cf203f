import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { filesOf } from "../src/arrows.ts";
import type { Domains } from "../src/map.ts";

const home = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFile(`${home}${path}`, "utf8");
const domains = ((JSON.parse(await read("packages/core/domains.json")) as Domains).layers ?? []).flatMap(Object.keys);

test("every domain has a file, and tests that mirror it", () => {
  const tests = (name: string) =>
    [`${name}.test.ts`, name].some((path) => existsSync(`${home}packages/core/test/${path}`));
  expect(domains.filter((name) => !existsSync(`${home}packages/core/src/${name}.ts`))).toEqual([]);
  // Tested by the verbs of other domains, which they only serve.
  expect(domains.filter((name) => !tests(name))).toEqual(["operator"]);
});

test("every route file is mounted", async () => {
  const folder = `${home}packages/functions/src/api/`;
  const files = await filesOf(folder);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const routes = files.map((file) => file.slice(folder.length)).filter((file) => file.startsWith("route/"));
  const name = (file: string) => file.slice(file.lastIndexOf("/") + 1);
  expect(routes.filter((file) => !texts.some((text) => text.includes(`/${name(file)}"`)))).toEqual([]);
});

test("the privacy page names every list of an export", async () => {
  const page = await read("packages/docs/privacy.md");
  const holding = await read("packages/core/src/privacy/holding.ts");
  const tables = [...holding.matchAll(/^ {2}(\w+): \{/gm)].map(([, table = ""]) => table);
  const camel = (table: string) => table.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  expect(tables.length).toBeGreaterThan(8);
  expect(tables.filter((table) => !page.includes(`\`${camel(table)}\``))).toEqual([]);
});
