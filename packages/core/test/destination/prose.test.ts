import { beforeAll, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { parseProse, wordsOf } from "../../src/base/prose.ts";
import * as Destination from "../../src/destination.ts";
import * as a from "../support/factory.ts";

const at = new Date("2026-11-22T12:00:00Z");
const later = new Date(at.getTime() + 1_000);
const draft = {
  section: "overview",
  language: "en",
  title: "In short",
  source: "Go *there*.",
  checkedOn: "2026-11-01",
};
let operator: string;
let places = ["AGP", "ALC", "BIO", "IBZ", "LPA", "MAH", "OVD", "PMI", "SVQ", "TFS", "VGO", "VLC"];
/** A place about which nothing is written yet. */
const place = () => {
  const [next = "", ...rest] = places;
  places = rest;
  return next;
};
const shown = async (code: string) => (await Destination.get(code, {}, at)).guide;

beforeAll(async () => {
  operator = await a.user();
  await sql`update users set is_operator = true where users.id = ${operator}`;
});

test("a draft is shown to nobody until it is published, and then in place of the version before", async () => {
  const code = place();
  const first = await Destination.write(operator, code, draft, at);
  expect(first).toMatchObject({ place: code, state: "draft", revision: 1, publishedAt: null });
  expect(await shown(code)).toEqual([]);
  await Destination.publish(operator, first.id, { revision: 1 }, at);
  const [part] = await shown(code);
  expect(part).toEqual({
    ...{ section: "overview", language: "en", title: "In short", checkedOn: "2026-11-01" },
    blocks: [{ kind: "paragraph", spans: ["Go ", { em: ["there"] }, "."] }],
  });
  const second = await Destination.write(operator, code, { ...draft, title: "Shorter" }, later);
  await Destination.publish(operator, second.id, { revision: 1 }, at);
  expect(await shown(code)).toMatchObject([{ title: "Shorter" }]);
  const { items } = await Destination.versions(operator, code);
  expect(items.map(({ title, state }) => [title, state])).toEqual([
    ["Shorter", "published"],
    ["In short", "replaced"],
  ]);
  await Destination.withdraw(operator, second.id, at);
  expect(await shown(code)).toEqual([]);
});

test("of two changes of one revision one is taken, and a changed draft is not published unread", async () => {
  const { id } = await Destination.write(operator, place(), draft, at);
  const change = (title: string) =>
    Destination.change(operator, id, { title, source: "New", checkedOn: "2026-11-02", revision: 1 }, at);
  const results = await Promise.allSettled([change("One"), change("Other")]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const lost = results.find((each) => each.status === "rejected");
  expect(lost?.reason).toMatchObject({ kind: "conflict", code: "guide.changed" });
  const stale = Destination.publish(operator, id, { revision: 1 }, at);
  await expect(stale).rejects.toMatchObject({ code: "guide.changed" });
  expect(await Destination.publish(operator, id, { revision: 2 }, at)).toMatchObject({ state: "published" });
  const again = Destination.change(
    operator,
    id,
    { title: "Late", source: "x", checkedOn: "2026-11-02", revision: 2 },
    at,
  );
  await expect(again).rejects.toMatchObject({ code: "guide.missing" });
});

test("published twice at once, a section shows one version", async () => {
  const code = place();
  const { id } = await Destination.write(operator, code, draft, at);
  const results = await Promise.allSettled([1, 2, 3].map(() => Destination.publish(operator, id, { revision: 1 }, at)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await shown(code)).toHaveLength(1);
});

test("a section has one draft at a time, which can be discarded", async () => {
  const code = place();
  const { id } = await Destination.write(operator, code, draft, at);
  await expect(Destination.write(operator, code, draft, at)).rejects.toMatchObject({ code: "guide.draft" });
  await Destination.discard(operator, id);
  await expect(Destination.discard(operator, id)).rejects.toMatchObject({ code: "guide.missing" });
  expect(await Destination.write(operator, code, draft, at)).toMatchObject({ state: "draft" });
});

test("who is no operator reads, writes, changes and publishes nothing", async () => {
  const code = place();
  const other = await a.user();
  const { id } = await Destination.write(operator, code, draft, at);
  const change = { title: "Mine", source: "x", checkedOn: "2026-11-02", revision: 1 };
  const tries = await Promise.allSettled([
    Destination.versions(other, code),
    Destination.write(other, code, { ...draft, section: "food" }, at),
    Destination.change(other, id, change, at),
    Destination.publish(other, id, { revision: 1 }, at),
    Destination.withdraw(other, id, at),
    Destination.discard(other, id),
  ]);
  const refused = { status: "rejected", reason: { kind: "forbidden", code: "operator.required" } };
  expect(tries).toMatchObject(tries.map(() => refused));
  expect((await Destination.versions(operator, code)).items).toMatchObject([{ id, title: "In short", state: "draft" }]);
});

test("a deleted author leaves the text", async () => {
  const code = place();
  const author = await a.user();
  await sql`update users set is_operator = true where users.id = ${author}`;
  await Destination.write(author, code, draft, at);
  await sql`delete from users where users.id = ${author}`;
  expect((await Destination.versions(operator, code)).items).toMatchObject([{ author: null, title: "In short" }]);
});

test.each([
  ["<script>alert(1)</script>", ""],
  ["a <b onclick=x()>bold</b> word", "a bold word"],
  ["![pixel](https://example.com/p.png)", "pixel"],
  ["[x](javascript:alert(1))", "x"],
  ["[x](JaVaScRiPt:alert(1)) and [y](data:text/html,z)", "x and y"],
  ["[x](https://user:pass@example.com)", "x"],
  ["[x](//example.com) [y](/\\example.com) [z](http://example.com)", "x y z"],
  ["<https://example.com/>", "https://example.com/"],
  ["```html\n<img src=x onerror=y>\n```", "<img src=x onerror=y>"],
  ["| a | b |\n|---|---|\n| c | d |", "| a | b |\n|---|---|\n| c | d |"],
  [`${"> ".repeat(50)}deep`, ""],
  [`${"- ".repeat(50)}deep`, ""],
  ["&lt;script&gt;", "<script>"],
])("of %j only words and safe links stay", async (source, words) => {
  const blocks = await parseProse(source);
  expect(wordsOf(blocks).trim()).toBe(words);
  const links = [...JSON.stringify(blocks).matchAll(/"link":"([^"]*)"/g)].map(([, link]) => link ?? "");
  for (const link of links) expect(link).toMatch(/^https:\/\/example\.com\//);
});

test("what is safe stays: headings, lists, quotes, emphasis, links of the site and abroad", async () => {
  const blocks = await parseProse(
    "## Bus\n\n1. one **two**\n2. [map](/places/BCN?from=LON)\n\n> said [so](https://example.com/a?b=c)",
  );
  expect(blocks).toEqual([
    { kind: "heading", spans: ["Bus"] },
    {
      ...{ kind: "list", ordered: true },
      items: [
        [{ kind: "paragraph", spans: ["one ", { strong: ["two"] }] }],
        [{ kind: "paragraph", spans: [{ link: "/places/BCN?from=LON", text: ["map"] }] }],
      ],
    },
    {
      kind: "quote",
      blocks: [{ kind: "paragraph", spans: ["said ", { link: "https://example.com/a?b=c", text: ["so"] }] }],
    },
  ]);
});

test("the longest text is read within its time", async () => {
  for (const source of ["[".repeat(20_000), "*a ".repeat(6_600), "> ".repeat(10_000), "`".repeat(20_000)]) {
    const began = performance.now();
    await Destination.preview({ source });
    expect(performance.now() - began).toBeLessThan(10_000);
  }
});

test.each([
  [{ ...draft, source: "x".repeat(20_001) }, "source"],
  [{ ...draft, source: "" }, "source"],
  [{ ...draft, source: "a\0b" }, "source"],
  [{ ...draft, title: " " }, "title"],
  [{ ...draft, section: "shopping" }, "section"],
  [{ ...draft, checkedOn: "2026-02-30" }, "checkedOn"],
  [{ ...draft, state: "published" }, "state"],
])("a draft with a fault is refused at its field", async (input, field) => {
  const error = await Destination.write(operator, "BCN", input, at).catch((error) => error);
  expect(error.issues?.map((issue: { path: { key: string }[] }) => issue.path[0]?.key)).toContain(field);
});
