import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const pages = new URL("packages/docs/", root);

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; those of level 3 come last in each. */
const sections: Record<string, number> = {
  "1.1": 2,
  "1.2": 9,
  "1.3": 11,
  "1.4": 3,
  "1.5": 2,
  "2.1": 3,
  "2.2": 3,
  "2.3": 4,
  "2.4": 1,
  "3.2": 2,
  "3.3": 4,
  "3.4": 6,
  "3.5": 5,
  "3.7": 2,
  "4.1": 3,
  "4.2": 1,
  "4.3": 2,
  "4.4": 4,
  "5.1": 1,
  "5.2": 3,
  "5.3": 2,
  "5.4": 3,
  "6.1": 3,
  "6.2": 12,
  "6.3": 4,
  "6.4": 4,
  "6.5": 5,
  "6.6": 3,
  "6.8": 4,
  "7.1": 3,
  "7.2": 4,
  "7.3": 2,
  "7.4": 5,
  "7.5": 2,
  "7.6": 2,
  "8.1": 2,
  "8.2": 3,
  "8.3": 1,
  "8.4": 1,
  "9.1": 3,
  "9.2": 4,
  "10.1": 2,
  "10.2": 2,
  "10.3": 4,
  "10.4": 11,
  "10.5": 5,
  "10.6": 2,
  "10.7": 3,
  "11.1": 2,
  "11.2": 3,
  "11.3": 3,
  "11.4": 4,
  "11.5": 1,
  "11.6": 1,
  "12.1": 3,
  "12.2": 2,
  "12.3": 4,
  "13.1": 1,
  "13.2": 5,
  "13.3": 2,
  "13.4": 5,
  "14.1": 2,
  "14.2": 4,
  "14.3": 3,
  "15.1": 3,
  "15.2": 3,
  "15.3": 7,
  "16.1": 1,
  "16.2": 5,
  "16.3": 4,
  "16.4": 3,
  "16.5": 3,
  "17.1": 1,
  "17.2": 4,
  "17.3": 2,
};
const ids = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

const [missing = "", chapters = ""] = read("packages/docs/asvs.md").split("## V1 ");
const rows = [...chapters.matchAll(/^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$/gm)].map(([, id, about, how]) => ({
  id: id!,
  about: about!,
  how: how!,
}));
const explained = [...missing.matchAll(/^\| (\d+\.\d+\.\d+) \|/gm)].map(([, id]) => id!);

test("each requirement of levels 1 and 2 has its row, in order", () => {
  expect(ids).toHaveLength(253);
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test("each row names a test that exists, a page that exists, or a reason", () => {
  for (const { id, how } of rows) {
    const [, file, name] = /^`([\w/.-]+\.test\.ts)`: (.+)$/.exec(how) ?? [];
    const links = [...how.matchAll(/\[[^\]]+\]\(([\w.-]+)(?:#[\w-]+)?\)/g)].map(([, page]) => page!);
    if (file && name) {
      const text = read(file.startsWith("stacks/") ? file : `packages/${file}`);
      expect(text, `${id} in ${file}`).toContain(`"${name}"`);
    } else if (links.length > 0) for (const page of links) expect(existsSync(new URL(page, pages)), id).toBe(true);
    else expect(how, id).toMatch(/^(Does not apply: .+|Held by: .+|\*\*missing\*\*)$/);
  }
});

test("what is missing is said at the top, and nothing else is", () => {
  expect(explained).toEqual(rows.filter(({ how }) => how === "**missing**").map(({ id }) => id));
});

test("each threat has a test that exists, or says that there is none", () => {
  const threats = read("packages/docs/threats.md").split("## Threats")[1] ?? "";
  const named = [...threats.matchAll(/^\| .+ \| .+ \| (.+) \|$/gm)].map(([, how]) => how!).slice(2);
  expect(named.length).toBeGreaterThan(15);
  for (const how of named) {
    const [, file, name] = /^`([\w/.-]+\.test\.ts)`: (.+)$/.exec(how) ?? [];
    if (file && name) expect(read(file.startsWith("stacks/") ? file : `packages/${file}`), how).toContain(`"${name}"`);
    else expect(how).toMatch(/^none: .+/);
  }
});
