import { counted } from "@travel-conductor/local/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Search from "../src/search.ts";
import * as a from "./support/factory.ts";

const find = (userId: string | undefined, query: unknown) =>
  Search.find(userId, query, new Date("2026-11-27T12:00:00Z"));

type Post = { place?: string; language?: string; title?: string; state?: string; useful?: number };

/** A tip, or a review if it has a title; published long ago unless it says otherwise. Returns its id. */
async function post(body: string, { place = "BCN", language = "en", title, state, useful = 0 }: Post = {}) {
  const id = newId("run");
  await sql`
    insert into posts (id, kind, place, state, language, title, body, useful, created_at, updated_at, published_at)
    values (${id}, ${title === undefined ? "tip" : "review"}, ${place}, ${state ?? "published"}, ${language},
            ${title ?? null}, ${body}, ${useful}, '2026-01-01', '2026-01-01', '2026-01-01')`;
  return id;
}

const texts = async (q: string, more: Partial<Search.Query> = {}) =>
  (await find(undefined, { q, ...more })).texts.map(({ id }) => id);

beforeAll(async () => {
  await sql`delete from help_pages`;
});

describe("texts", () => {
  test("are found without accents, in another form of the words, and by the beginning of the last word", async () => {
    const french = await post("Les ascenseurs du métro sont rares.", { place: "PAR", language: "fr" });
    const russian = await post("Ночные автобусы ходят редко.", { place: "LED", language: "ru" });
    expect(await texts("ascenseur metro")).toEqual([french]);
    expect(await texts("ночной автобус")).toEqual([russian]);
    expect(await texts("ascens")).toEqual([french]);
  });

  test("of a named place need not name it, and come before those of other places", async () => {
    const there = await post("The funfair closes early.", { place: "VIE" });
    const elsewhere = await post("The funfair closes early.", { place: "PRG" });
    expect(await texts("funfair wien")).toEqual([there, elsewhere]);
    expect(await texts("funfair prague")).toEqual([elsewhere, there]);
  });

  test("in the reader's language come first where equal", async () => {
    const [german, spanish] = [
      await post("Zeppelin!", { place: "MUC", language: "de" }),
      await post("Zeppelin!", { place: "MUC", language: "es" }),
    ];
    expect(await texts("zeppelin", { language: "de" })).toEqual([german, spanish]);
    expect(await texts("zeppelin", { language: "es" })).toEqual([spanish, german]);
  });

  test("are never found while they wait, are hidden, withdrawn, or drafts", async () => {
    const [place] = await sql`select code from destination_guides limit 1`;
    for (const state of ["waiting", "hidden", "withdrawn"])
      await post("Quokkas everywhere.", { state, title: "Quokka" });
    await sql`
      insert into guide_versions (id, place, section, language, state, title, source, blocks, body, checked_on,
                                  created_at, updated_at, published_at)
      select 'gdv_' || state, ${place?.code}, 'food', 'en', state, 'Quokka', 'x', '[]', 'Quokka', '2026-01-01',
             now(), now(), case when state <> 'draft' then now() end
        from unnest(array['draft', 'replaced', 'withdrawn', 'published']) as state`;
    expect(await texts("quokka")).toEqual(["gdv_published"]);
  });

  test("outside the front are found by a rare word, and not by common ones alone", async () => {
    await sql`
      insert into posts (id, kind, place, state, language, body, useful, created_at, updated_at, published_at)
      select place || number, 'tip', place, 'published', 'en', 'Plain words about nothing.', 9, at, at, at
        from unnest(array['OSL', 'BGO', 'TRD', 'SVG', 'TOS', 'AES', 'BOO']) as place,
             generate_series(1, case when place = 'OSL' then 52 else 50 end) as number,
             (select '2026-01-01'::timestamptz as at) as moment`;
    const last = await post("Plain words about a narwhal.", { place: "OSL" });
    expect(await texts("plain words -nothing -nowhere")).toEqual([last]);
    const { moved, words } = await Search.maintain();
    expect({ moved, words: words > 3 }).toEqual({ moved: 3, words: true });
    expect(await texts("narwhal")).toEqual([last]);
    expect(await texts("plain words -nothing -nowhere")).toEqual([]);
    expect((await Search.maintain()).moved).toBe(0);
  });

  test("are asked for by quotes, a minus, and kinds", async () => {
    const [both, one] = [await post("A pink flamingo."), await post("A flamingo, pink at noon.", { title: "Pond" })];
    expect(new Set(await texts("pink flamingo"))).toEqual(new Set([both, one]));
    expect(await texts('"pink flamingo"')).toEqual([both]);
    expect(await texts("flamingo -noon")).toEqual([both]);
    expect(await counted(() => texts("-pink -flamingo"))).toEqual({ redis: 0, postgres: 0 });
    expect(await texts("flamingo", { kinds: ["review"] })).toEqual([one]);
    expect(await texts("flamingo", { kinds: ["airport", "watch"] })).toEqual([]);
  });

  test("have a headline in pieces, which no text can turn into markup", async () => {
    await post('An <b>axolotl</b> & "more" \u0001axolotl\u0002 <script>alert(1)</script>');
    const [found] = (await find(undefined, { q: "axolotl" })).texts;
    expect(found?.headline.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(["axolotl", "axolotl"]);
    // Postgres leaves tags out of a headline; what is marked is told by fields, not by characters of the text.
    expect(found?.headline.map(({ text }) => text).join("")).toBe('An  axolotl  & "more" axolotl  alert(1) ');
  });
});

test("a better spelling is suggested from words of three texts, never of fewer", async () => {
  for (let at = 0; at < 3; at++) await post("A capybara by the pool.");
  await post("The pangolin of one writer.");
  await Search.maintain();
  expect((await find(undefined, { q: "capibara" })).didYouMean).toBe("capybara");
  expect((await find(undefined, { q: "capybara" })).didYouMean).toBe(null);
  expect((await find(undefined, { q: "pangolim" })).didYouMean).toBe(null);
});

test("a caller finds own watches by the places that are named, those of the route first; nobody else does", async () => {
  const userId = await a.proven();
  const other = await a.watch({ origin: "LHR", destination: "NCE" }, { userId });
  const route = await a.watch({ origin: "NCE", destination: "KRK" }, { userId });
  const found = await find(userId, { q: "nice krakow" });
  expect(found.mine.map(({ kind, id, path, title }) => [kind, id, path, title])).toEqual([
    ["watch", route.id, `/watches/${route.id}`, "Nice – Kraków"],
    ["watch", other.id, `/watches/${other.id}`, "London – Nice"],
  ]);
  for (const stranger of [await a.user(), undefined])
    expect((await find(stranger, { q: "nice krakow" })).mine).toEqual([]);
  expect((await find(userId, { q: "nice", kinds: ["airport"] })).mine).toEqual([]);
});

test("places are found with a page to open, and all takes one request to Postgres", async () => {
  const userId = await a.user();
  await find(userId, { q: "london" });
  let found: Search.Result | undefined;
  expect(
    await counted(async () => {
      found = await find(userId, { q: "london tube" });
    }),
  ).toEqual({ redis: 0, postgres: 1 });
  expect(found?.places.map(({ id }) => id)).toEqual(["LON", "LHR"]);
  const { places } = await find(undefined, { q: "london", limit: 2 });
  expect(places.map(({ kind, id, path }) => [kind, id, path])).toEqual([
    ["city", "LON", "/places/LON"],
    ["airport", "LHR", "/places/LHR"],
  ]);
  expect(places[0]?.headline).toContainEqual({ text: "London", marked: true });
  expect(await counted(() => find(undefined, { q: "london", kinds: ["city"] }))).toEqual({
    redis: 0,
    postgres: 0,
  });
});

test("hostile texts are answered like any other", async () => {
  const hostile = [
    "the of and",
    "!?!…—'\"",
    "<script>alert(1)</script>",
    '"unclosed quote',
    "-only -negations",
    "\u202egnirts\u202c \u2066x",
    `Z${"\u0303\u0316".repeat(90)}`,
    "nul \u0000 inside",
    "a b ".repeat(50).trim(),
    "'; drop table posts; --",
    "bcn' & !x:* | (a <-> b",
    "100E S7 3:45 a@b.example https://example.com/x?y=1",
    "or or or",
    "\\ \\' '' ''' :*",
    "💺🛫",
  ];
  for (const q of hostile) {
    const found = await find(undefined, { q });
    expect(Object.keys(found), q).toEqual(["places", "texts", "mine", "didYouMean"]);
  }
  for (const q of ["x".repeat(201), "x".repeat(10_000), " ", "\u0000\u202e"])
    await expect(find(undefined, { q })).rejects.toThrow(expect.objectContaining({ name: "ValiError" }));
});
