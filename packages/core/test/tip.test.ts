import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Post from "../src/post.ts";
import * as Tip from "../src/tip.ts";
import * as a from "./support/factory.ts";
import { later, now, place, tip, tipOf, trusted } from "./support/posts.ts";

test("needs a proven address and a place that there is; the same id makes one", async () => {
  await expect(tipOf(await a.user(), "LIS")).rejects.toMatchObject({ kind: "forbidden", code: "user.unproven" });
  const userId = await a.proven();
  await expect(tipOf(userId, "QQQ")).rejects.toMatchObject({ kind: "missing", code: "place.missing" });
  const id = newId("pst");
  const [one, again] = await Promise.all([1, 2].map(() => Tip.create(userId, "lon", tip, now, id)));
  expect(one).toEqual(again);
  expect(one).toMatchObject({ id, place: "LON", state: "waiting", tip: { kind: "transit" }, review: null });
});

test("waits until two texts of the account are published, and again where one was hidden", async () => {
  const userId = await a.proven();
  const states = async () => (await tipOf(userId, place())).state;
  expect(await states()).toBe("waiting");
  await sql`update posts set state = 'published', published_at = ${now} where posts.user_id = ${userId}`;
  expect(await states()).toBe("waiting");
  await sql`update posts set state = 'published', published_at = ${now} where posts.user_id = ${userId}`;
  expect(await states()).toBe("published");
  const hidden = await tipOf(userId, place());
  await sql`update posts set state = 'hidden' where posts.id = ${hidden.id}`;
  await sql`
    insert into post_decisions (post_id, number, decision, reason, at, is_second)
    values (${hidden.id}, 1, 'hide', 'spam', ${now}, false)`;
  expect(await states()).toBe("waiting");
  expect((await tipOf(userId, place(), {}, later(31))).state).toBe("published");
});

test("changes for 30 days, by its writer alone, and keeps what it was", async () => {
  const userId = await trusted();
  const code = place();
  const made = await tipOf(userId, code);
  const change = { kind: "money", body: "The machine takes cards, the driver takes coins alone." };
  await expect(Tip.update(await trusted(), made.id, change, now)).rejects.toMatchObject({ code: "post.missing" });
  const changed = await Tip.update(userId, made.id, change, later(30, -1));
  expect(changed).toMatchObject({ body: change.body, tip: { kind: "money" }, edited: true, language: "en" });
  await expect(Tip.update(userId, made.id, change, later(30))).rejects.toMatchObject({ code: "post.closed" });
  expect((await Post.versions(userId, "tip", made.id)).items.map(({ body }) => body)).toEqual([change.body, tip.body]);
  expect((await Tip.list(null, code, {})).items).toMatchObject([{ kind: "money", body: change.body }]);
  await sql`update posts set state = 'hidden' where posts.id = ${made.id}`;
  await expect(Tip.update(userId, made.id, change, now)).rejects.toMatchObject({ code: "post.hidden" });
});

test("a change by an account whose texts need approval waits for it again", async () => {
  const userId = await a.proven();
  const { id } = await tipOf(userId, place());
  await sql`update posts set state = 'published', published_at = ${now} where posts.id = ${id}`;
  expect((await Tip.update(userId, id, { kind: "food" }, now)).state).toBe("waiting");
});

test("lists by kind and language in one request, and none that is not published", async () => {
  const userId = await trusted();
  const code = place();
  await tipOf(await a.proven(), code);
  await tipOf(userId, code, { kind: "food" });
  await tipOf(userId, code, { kind: "food", language: "de" });
  const costs = await counted(async () => {
    const { items } = await Tip.list(userId, code, { kind: "food", language: "de" });
    expect(items).toMatchObject([{ kind: "food", language: "de", mine: true, voted: false }]);
  });
  expect(costs).toMatchObject({ postgres: 1, redis: 0 });
  expect((await Tip.list(null, code, {})).items).toHaveLength(2);
  await expect(Tip.list(null, "QQQ", {})).rejects.toMatchObject({ code: "place.missing" });
});
