import { beforeAll, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Moderation from "../src/moderation.ts";
import * as Post from "../src/post.ts";
import * as Tip from "../src/tip.ts";
import * as a from "./support/factory.ts";
import { now, place, reviewOf, tipOf, trusted } from "./support/posts.ts";

const hide = { decision: "hide", reason: "It is about another place." };
const publish = { decision: "publish", reason: "It is as it should be." };
const conflict = (code: string) => ({ kind: "conflict", code });
let [first, second] = ["", ""];

async function operator(): Promise<string> {
  const userId = await a.proven();
  await sql`update users set is_operator = true where users.id = ${userId}`;
  return userId;
}

/** The ids in a queue, all pages. */
async function queued(state: "waiting" | "reported" | "appealed"): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof Moderation.queue>> = await Moderation.queue(first, {
      ...{ state, limit: 2 },
      ...(cursor && { cursor }),
    });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return ids;
}

beforeAll(async () => {
  first = await operator();
});

test("the only operator decides about everything; only operators see the queue and decide", async () => {
  const writer = await a.proven();
  const { id } = await tipOf(writer, place());
  const refused = { kind: "forbidden", code: "operator.required" };
  await expect(Moderation.queue(writer, {})).rejects.toMatchObject(refused);
  await expect(Moderation.decide(writer, id, publish, now)).rejects.toMatchObject(refused);
  expect((await Post.mine(writer, {}, now)).items[0]?.state).toBe("waiting");
  const own = await tipOf(first, place());
  expect(await Moderation.decide(first, own.id, publish, now)).toEqual({ id: own.id, state: "published" });
  await expect(Moderation.decide(first, newId("pst"), hide, now)).rejects.toMatchObject({ code: "post.missing" });
  second = await operator();
  await expect(Moderation.decide(first, own.id, hide, now)).rejects.toMatchObject(conflict("post.other_operator"));
});

test("a text is published and hidden with a reason, which its writer reads, also by mail", async () => {
  const writer = await a.proven();
  const code = place();
  const made = await reviewOf(writer, code);
  expect(await queued("waiting")).toContain(made.id);
  await Moderation.decide(first, made.id, publish, now);
  expect(await queued("waiting")).not.toContain(made.id);
  expect((await Post.mine(writer, {}, now)).items).toMatchObject([
    { state: "published", decision: { decision: "publish", reason: publish.reason, second: false } },
  ]);
  await Moderation.decide(second, made.id, publish, now);
  await Moderation.decide(second, made.id, hide, now);
  expect((await Post.mine(writer, {}, now)).items).toMatchObject([
    { state: "hidden", changeUntil: null, decision: { reason: hide.reason }, mayAppeal: true },
  ]);
  const told = (await a.mail(writer)).filter(({ kind }) => kind === "post_decided");
  expect(told.map(({ data }) => data)).toEqual([
    { post: "review", place: code, ...hide, second: false },
    { post: "review", place: code, ...publish, second: false },
  ]);
});

test("reports by three people put a text first and hide nothing; a decision ends them", async () => {
  const writer = await trusted();
  const code = place();
  const [one, other] = [await tipOf(writer, code), await tipOf(writer, code)];
  const readers = await Promise.all([1, 2, 3].map(() => a.proven()));
  await Post.report(readers[0] ?? "", "tip", one.id, { reason: "false" }, now);
  for (const userId of readers) await Post.report(userId, "tip", other.id, { reason: "spam", note: "An ad." }, now);
  expect(await queued("reported")).toEqual([other.id, one.id]);
  const { items } = await Moderation.queue(first, { state: "reported" });
  expect(items).toMatchObject([
    { id: other.id, urgent: true, reports: [{ reason: "spam", note: "An ad." }, {}, {}], state: "published" },
    { id: one.id, urgent: false, reports: [{ reason: "false", note: null }] },
  ]);
  expect(JSON.stringify(items)).not.toMatch(/usr_/);
  expect((await Tip.list(null, code, {})).items).toHaveLength(2);
  await Moderation.decide(first, other.id, publish, now);
  expect(await queued("reported")).toEqual([one.id]);
  await Moderation.decide(first, one.id, hide, now);
  expect(await queued("reported")).toEqual([]);
  expect((await Tip.list(null, code, {})).items.map(({ id }) => id)).toEqual([other.id]);
});

test("a hidden text has one second decision, by another operator", async () => {
  const writer = await trusted();
  const { id } = await tipOf(writer, place());
  const text = { text: "I was there myself last week." };
  const appeal = () => Post.appeal(writer, "tip", id, text, now);
  await expect(appeal()).rejects.toMatchObject(conflict("post.not_hidden"));
  await Moderation.decide(first, id, hide, now);
  await expect(Post.appeal(first, "tip", id, text, now)).rejects.toMatchObject({ code: "post.missing" });
  const asked = await Promise.allSettled([appeal(), appeal()]);
  expect(asked.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await queued("appealed")).toEqual([id]);
  await expect(Moderation.decide(first, id, publish, now)).rejects.toMatchObject(conflict("post.other_operator"));
  // Of six in the same millisecond one answers the request. The writer gets letters about several.
  const wanted = [publish, hide, publish, hide, publish, hide];
  const decisions = wanted.map((decision) => Moderation.decide(second, id, decision, now));
  expect(await Promise.allSettled(decisions)).toMatchObject(wanted.map(() => ({ status: "fulfilled" })));
  const seconds = await sql`
    select post_decisions.number, post_decisions.is_second as "isSecond"
      from post_decisions
     where post_decisions.post_id = ${id}
     order by post_decisions.number`;
  expect(seconds.map(({ isSecond }) => isSecond)).toEqual([false, true, ...wanted.slice(1).map(() => false)]);
  expect(await queued("appealed")).toEqual([]);
  await expect(appeal()).rejects.toMatchObject({ code: expect.stringMatching(/^post\.(appealed|not_hidden)$/) });
});
