import { describe, expect, test } from "vitest";
import { breaks, check, compact, type Lock, record } from "../src/contract.ts";
import { breaking } from "./contract/breaking.ts";
import { harmless } from "./contract/harmless.ts";
import { changed, watch } from "./contract/small.ts";

const unchanged = () => undefined;
const lock: Lock = JSON.parse(record(changed(unchanged), "# Changes\n\n## 2027-01-01\n\n- `fares` is new.\n"));
const lines = (...items: string[]) =>
  `# Changes\n\n## 2027-01-02\n\n${items.map((item) => `- ${item}\n`).join("")}\n## 2027-01-01\n\n- \`fares\` is new.\n`;

describe("an old client may stumble over", () => {
  test.each(breaking)("%s", (_, change, at, text, name) => {
    const document = changed(change);
    const found = breaks(lock.document, document);
    expect(found).toContainEqual({ at, text, names: expect.arrayContaining([name]) });
    expect(check(document, lock, lines())).toHaveLength(found.length);
    expect(check(document, lock, lines())).toContainEqual(expect.stringContaining(`${at} ${text}: no new line`));
  });

  test.each(breaking)("%s, which one line of the changelog is enough to say", (_, change) => {
    const document = changed(change);
    const names = breaks(lock.document, document).map((found) => `\`${found.names[0]}\``);
    expect(check(document, lock, lines(`${names.join(", ")} changed: clients must be\n  changed.`))).toEqual([]);
  });
});

test.each(harmless)("no client stumbles over %s", (_, change) => {
  expect(breaks(lock.document, changed(change))).toEqual([]);
});

test("a difference of a component is told once, however often it is used", () => {
  const found = breaks(
    lock.document,
    changed((d) => delete watch(d).properties.fares),
  );
  expect(found).toHaveLength(1);
});

describe("a line of the changelog says a difference", () => {
  const document = changed((d) => delete watch(d).properties.fares);
  test.each([
    ["with its name in code", "`fares` is gone.", true],
    ["as a part of a longer name", "`Watch.fares` is gone.", true],
    ["over two lines", "Watches have no\n  `fares` any more.", true],
    ["not without code", "fares is gone.", false],
    ["not in another word", "`faresOf` and `allfares` are gone.", false],
    ["not about another one", "`state` is gone.", false],
  ])("%s", (_, item, says) => {
    expect(check(document, lock, lines(item))).toHaveLength(says ? 0 : 1);
  });

  test("only where the line is newer than the record", () => {
    expect(check(document, lock, lines())).toEqual([
      "Watch (answer).fares is gone: no new line of the changelog has `fares`",
    ]);
  });

  test("of an operation with its whole path", () => {
    const gone = changed((d) => delete d.paths["/v1/watches/{id}"]);
    expect(check(gone, lock, lines("`GET /v1/watches` is gone."))).toHaveLength(1);
    expect(check(gone, lock, lines("`GET /v1/watches/{id}` is gone."))).toEqual([]);
  });
});

test("a record holds no text, and a property that is named like one", () => {
  const document = changed((d) => (watch(d).properties.description = { type: "string", description: "its text" }));
  const text = record(document, lines());
  expect(text).not.toMatch(/a watch|a place|its text/);
  const { document: read } = JSON.parse(text) as Lock;
  expect(read).toEqual(compact(document));
  expect(read.components.schemas.Watch?.properties).toMatchObject({ description: { type: "string" } });
  expect(breaks(read, document)).toEqual([]);
});
