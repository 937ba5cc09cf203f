import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Domains, mapOf, withMap } from "../src/map.ts";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");
const domains = JSON.parse(await read("packages/core/domains.json")) as Domains;

test("the README's map is in step with domains.json (else: npm run map)", async () => {
  const readme = await read("README.md");
  expect(withMap(readme, mapOf(domains))).toBe(readme);
});

test("the map has every domain and every file of base, the lowest layer last", () => {
  const map = mapOf({ base: ["db", "env"], layers: [{ alert: "alerts" }, { user: "accounts", watch: "watches" }] });
  expect(map.split("\n")).toEqual([
    "| layer | domains |",
    "| --- | --- |",
    "| 2 | **user**: accounts<br>**watch**: watches |",
    "| 1 | **alert**: alerts |",
    "| base | db, env |",
  ]);
});

test("only what is between the marks is replaced", () => {
  const readme = "before\n\n<!-- map: written by `npm run map` -->\nold\n<!-- map ends -->\nafter";
  const renewed = withMap(readme, "new");
  expect(renewed).toBe("before\n\n<!-- map: written by `npm run map` -->\n\nnew\n\n<!-- map ends -->\nafter");
  expect(withMap(renewed, "new")).toBe(renewed);
});

test("a README without the marks, or with two of one, is refused", () => {
  const marks = "<!-- map: written by `npm run map` --><!-- map ends -->";
  expect(() => withMap("no map", "new")).toThrow("The README needs");
  expect(() => withMap(marks + marks, "new")).toThrow("The README needs");
});
