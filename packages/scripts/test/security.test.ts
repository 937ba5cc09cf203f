import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

test.each([
  ["security", 40],
  ["bookings", 20],
])("has every test that the page on %s names", async (page, least) => {
  const named = [...(await read(`docs/${page}.md`)).matchAll(/ \| `([\w/.-]+)`: (.+) \|$/gm)];
  expect(named.length).toBeGreaterThan(least);
  for (const [, file = "", name] of named) expect(await read(file), file).toContain(`"${name}"`);
});

test("names a test for every promise", async () => {
  const rows = (await read("docs/security.md")).split("\n").filter((line) => line.startsWith("| "));
  const promises = rows.filter((row) => !/^\| (promise|---) \|/.test(row));
  for (const row of promises) expect(row).toMatch(/ \| `(core|functions)\/test\/[\w./]+\.test\.ts`: .+ \|$/);
});
