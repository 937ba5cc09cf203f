import { counted } from "@travel-conductor/local/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Post from "../src/post.ts";
import * as Tip from "../src/tip.ts";
import * as a from "./support/factory.ts";
import { later, now, place, reviewOf, tip, tipOf, trusted } from "./support/posts.ts";

const missing = { kind: "missing", code: "post.missing" };
let writer: string;
beforeAll(async () => {
  writer = await trusted();
});

/** The sentence that refuses the body of a tip; `post.missing` where it is fine, because the tip does not exist. */
async function judged(body: string): Promise<string> {
  return Tip.update(writer, newId("pst"), { body }, now).then(
    () => "changed",
    (error) => error.issues?.[0]?.message ?? error.code,
  );
}

const rest = " and it is well worth the walk";
const card = "4242 4242 4242 4242";

describe("texts", () => {
  const link = /^must not hold a link/;
  const email = /^must not hold an e-mail/;
  const fine = /^post\.missing$/;
  test.each<[string, string, RegExp]>([
    ["HTML stays text", `<script>alert(1)</script> & <img src=x onerror=alert(1)>${rest}`, fine],
    ["a template of a program", `\${7*7} {{constructor}} '; drop table posts; --${rest}`, fine],
    ["a script as an address", `javascript:alert(1)${rest}`, link],
    ["an address", `see https://example.com/x${rest}`, link],
    ["an address with www", `see www.example.com${rest}`, link],
    ["a bare domain", `see example.com${rest}`, link],
    ["a bare domain of a country", `see meinhotel.de${rest}`, link],
    ["a bare domain in capitals", `see EXAMPLE.COM${rest}`, link],
    ["a domain with a space", `see example . com${rest}`, link],
    ["a domain in words", `see example dot com${rest}`, link],
    ["a domain in brackets", `see example [.] com${rest}`, link],
    ["a domain with a mark that is not seen", `see exam\u200bple.c\u00adom${rest}`, link],
    ["a domain of full width", `see ｅｘａｍｐｌｅ．ｃｏｍ${rest}`, link],
    ["a domain of letters that look alike", `see example.соm${rest}`, link],
    ["a domain in another script", `смотрите пример.рф${rest}`, link],
    ["an address of numbers", `see 203.0.113.7${rest}`, link],
    ["a link of Markdown", `[cheap taxis](/account/data)${rest}`, link],
    ["a reference of Markdown", `[1]: /account/data${rest}`, link],
    ["a sentence without a space after its dot", `The bus is good.It leaves at 9.30am, e.g. on Sundays${rest}`, fine],
    ["prices and times", `A ticket is 3.50, z.B. from 10.15 to 22.45, 2019-2024, room 1204${rest}`, fine],
    ["an e-mail address", `write to anna@example.com${rest}`, email],
    ["an e-mail address in words", `write to anna (at) example (dot) com${rest}`, email],
    ["a card", `pay with ${card}${rest}`, /card/],
    ["marks that turn the direction", `abc \u202egnp.exe${rest}`, /control/],
    ["marks that isolate", `abc \u2066x\u2069${rest}`, /control/],
    ["a control character", `abc \u0000 def${rest}`, /control/],
    ["half a pair", `abc \ud800 def${rest}`, /control/],
    ["marks heaped on letters", `Z\u0351\u0300\u0301\u0302\u0303\u0304algo${rest}`, /four marks/],
    ["Vietnamese, Thai, Hebrew with points and emoji", "Nên đi tàu điện ที่นี่ שָׁלוֹם 👨‍👩‍👧‍👦 ngay lúc sáng sớm", fine],
    ["nineteen characters", "a".repeat(19), /20 to 500/],
    ["twenty characters that are spaces", `a${" ".repeat(30)}b`, /20 to 500/],
    ["501 characters", "a".repeat(501), /20 to 500/],
    ["500 characters of two units", "𝒶".repeat(500), fine],
    ["10 MB", "a ".repeat(5_000_000), /20 to 500/],
    ["no letter", "1234 5678 !!! ??? 99 11 22", /letter/],
  ])("%s", async (_, body, expected) => {
    expect(await judged(body)).toMatch(expected);
  });

  test("are kept in NFC with single spaces, and without marks that show nothing", async () => {
    const given = "  Caf\u0065\u0301 \t by\u200b the  sea,\r\n\r\n\r\n\r\nopen late\u200f, 👩‍🚀  ";
    expect((await tipOf(writer, "YVR", { body: given })).body).toBe("Café by the sea,\n\nopen late, 👩‍🚀");
  });

  test.each<[string, string, boolean]>([
    ["an international number", "Call +351 21 799 4000 for a cab to the centre", true],
    ["a number of the country", "Call 030 901820 or 030 1234567 for a cab to the centre", true],
    ["years and prices", "From 2019 - 2024 it was 12 500 a year, now it is 1500 for 4", false],
    ["a number that is none", "Take the 28, 15 or 742 at 10:30, platform 12, gate 40", false],
  ])("with %s", async (_, body, isRefused) => {
    const made = tipOf(writer, "BER", { body });
    if (!isRefused) expect((await made).body).toBe(body);
    else
      await expect(made).rejects.toMatchObject({
        code: "request.invalid",
        errors: [{ pointer: "/body", detail: "must not hold a telephone number" }],
      });
  });

  test("have the language that their writer says, and a suggestion where it seems to be another", async () => {
    const body =
      "Nehmen Sie vom Flughafen am besten die U-Bahn in die Stadt, sie ist schneller und billiger als der Bus.";
    expect(await tipOf(writer, "YVR", { body })).toMatchObject({ language: "en", languageSuggested: "de" });
    expect(await tipOf(writer, "YVR")).toMatchObject({ languageSuggested: null });
  });
});

test("a name is the first word and an initial, where the writer wants one", async () => {
  const code = place();
  const users = [
    await trusted({ firstName: "Anna Maria", lastName: "Karlsson" }),
    await trusted({ firstName: "anna@example.com", lastName: "Karlsson" }),
    await trusted({ firstName: "Bo", lastName: "" }),
  ];
  for (const userId of users) await tipOf(userId, code, { named: true });
  await tipOf(users[0] ?? "", code);
  const { items } = await Tip.list(null, code, { sort: "newest" });
  expect(items.map(({ author }) => author)).toEqual([null, "Bo", null, "Anna K."]);
  expect(JSON.stringify(items)).not.toMatch(/Karlsson|Maria|example\.com|usr_/);
});

test("of two votes at once by one person one counts, and it can be taken back", async () => {
  const { id } = await tipOf(writer, place());
  const [one, other] = [await a.proven(), await a.proven()];
  await Promise.all([one, one, one, other].map((userId) => Post.vote(userId, "tip", id, now)));
  expect(await Post.vote(one, "tip", id, now)).toEqual({ useful: 2, voted: true });
  await Promise.all([one, one].map((userId) => Post.unvote(userId, "tip", id)));
  expect(await Post.unvote(one, "tip", id)).toEqual({ useful: 1, voted: false });
  const [row] = await sql`
    select posts.useful, posts.updated_at = posts.created_at as same,
           (select count(*)::int from post_votes where post_votes.post_id = posts.id) as votes
      from posts where posts.id = ${id}`;
  expect(row).toEqual({ useful: 1, same: true, votes: 1 });
});

test("votes and reports are for published texts of others, by people with a proven address", async () => {
  const { id } = await tipOf(writer, place());
  const stranger = await a.user();
  const reader = await a.proven();
  const waiting = await tipOf(await a.proven(), place());
  const report = { reason: "spam" };
  for (const [userId, about, refusal] of [
    [writer, id, { kind: "conflict", code: "post.own" }],
    [stranger, id, { kind: "forbidden", code: "user.unproven" }],
    [reader, waiting.id, missing],
    [reader, newId("pst"), missing],
  ] as const) {
    await expect(Post.vote(userId, "tip", about, now)).rejects.toMatchObject(refusal);
    await expect(Post.unvote(userId, "tip", about)).rejects.toMatchObject(refusal);
    await expect(Post.report(userId, "tip", about, report, now)).rejects.toMatchObject(refusal);
  }
  await expect(Post.vote(reader, "review", id, now)).rejects.toMatchObject(missing);
  await Post.report(reader, "tip", id, report, now);
  await Post.report(reader, "tip", id, { reason: "abuse", note: "and more" }, now);
  const reports = await sql`select post_reports.reason from post_reports where post_reports.post_id = ${id}`;
  expect(reports).toEqual([{ reason: "spam" }]);
});

test("the most useful come first, votes weigh less with age, and pages go on where they ended", async () => {
  const code = place();
  const voters = await Promise.all([1, 2, 3].map(() => a.proven()));
  const old = await tipOf(writer, code, {}, later(-400));
  const praised = await tipOf(writer, code, {}, later(-100));
  const recent = await tipOf(writer, code, {}, later(-1));
  for (const userId of voters) for (const { id } of [old, praised]) await Post.vote(userId, "tip", id, now);
  const query = { limit: 1 } as const;
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof Tip.list>> = await Tip.list(null, code, {
      ...query,
      ...(cursor && { cursor }),
    });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  // Three votes are twice a doubling: 360 days.
  expect(seen).toEqual([praised.id, recent.id, old.id]);
  const newest = await Tip.list(voters[0] ?? "", code, { sort: "newest", limit: 2 });
  expect(newest.items.map(({ id, voted, mine }) => [id, voted, mine])).toEqual([
    [recent.id, false, false],
    [praised.id, true, false],
  ]);
  await expect(Tip.list(null, code, { cursor: "bm9uZQ" })).rejects.toMatchObject({ code: "page.cursor" });
});

test("the best of a place stand in one statement with its rating", async () => {
  const code = place();
  for (const rating of [5, 5, 5, 4, 4]) await reviewOf(await trusted(), code, { rating });
  for (let count = 0; count < 4; count++) await tipOf(writer, code);
  const { selectBest } = await Post.reading();
  const costs = await counted(async () => {
    const [row] = await sql`select ${selectBest(code, writer)} as posts`;
    const { tips, reviews, rating } = (row as { posts: Post.Best }).posts;
    expect([tips.length, reviews.length, tips.every(({ mine }) => mine)]).toEqual([3, 3, true]);
    // Five of 3.5 and these five.
    expect(rating).toEqual({ average: 4.1, count: 5 });
  });
  expect(costs).toMatchObject({ postgres: 1, redis: 0 });
});

test("a user lists texts of both kinds and their versions, which nobody else sees", async () => {
  const other = await a.proven();
  const { id } = await tipOf(other, place());
  await Tip.update(other, id, { body: `${tip.body} Ask for a card.` }, later(1));
  await reviewOf(other, place(), {}, later(1));
  const { items, nextCursor } = await Post.mine(other, { limit: 1 }, later(1));
  const more = await Post.mine(other, { cursor: nextCursor ?? "" }, later(1));
  expect([...items, ...more.items].map(({ type, state }) => [type, state])).toEqual([
    ["review", "waiting"],
    ["tip", "waiting"],
  ]);
  const { items: versions } = await Post.versions(other, "tip", id);
  expect(versions.map(({ number, details }) => [number, details])).toEqual([
    [2, { kind: "transit" }],
    [1, { kind: "transit" }],
  ]);
  await expect(Post.versions(writer, "tip", id)).rejects.toMatchObject(missing);
  await expect(Post.withdraw(writer, "tip", id, now)).rejects.toMatchObject(missing);
  await Post.withdraw(other, "tip", id, now);
  await expect(Post.withdraw(other, "tip", id, now)).rejects.toMatchObject(missing);
  expect((await Post.mine(other, {}, now)).items).toHaveLength(1);
});
