import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

test.each([
  ["security", 40],
  ["bookings", 20],
])("has every test that the page on %s names", async (page, least) => {
  const named = [...(await read(`docs/${page}.md`)).matchAll(/ \| `([\w/.-]+)`: (.+) \|$/gm)];
  expect(named.length).toBeGreaterThan(least);
  for (const [, file = "", name] of named)
    expect(await read(file.startsWith("stacks/") ? `../${file}` : file), file).toContain(`"${name}"`);
});

test("names a test for every promise", async () => {
  // Tables of other kinds have other heads.
  const tables = (await read("docs/security.md")).split(/^\| promise \| test \|\n\| --- \| --- \|$/m).slice(1);
  const promises = tables.flatMap((table) => /^(?:\n\| .+ \|)+/.exec(table)?.[0].trim().split("\n") ?? []);
  expect(promises.length).toBeGreaterThan(150);
  for (const row of promises)
    expect(row).toMatch(/ \| `((core|functions|scripts|local)|stacks)\/test\/[\w./]+\.test\.ts`: .+ \|$/);
});
