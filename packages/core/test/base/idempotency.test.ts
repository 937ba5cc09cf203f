import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { claim, finish, release } from "../../src/base/idempotency.ts";
import * as a from "../support/factory.ts";

const now = new Date();
const later = (hours: number, ms = 0) => new Date(now.getTime() + hours * 3_600_000 + ms);
const running = { kind: "conflict", code: "idempotency.running", retryAfter: 1 };
const mismatch = { kind: "input", code: "idempotency.mismatch", errors: [{ pointer: "#Idempotency-Key" }] };

/** Ends the lease of a request that died. */
const die = (userId: string) =>
  sql`update idempotency_keys set claimed_until = now() where idempotency_keys.user_id = ${userId}`;

test("the first claim runs under the id it chose, and its answer is returned again byte for byte", async () => {
  const userId = await a.user();
  const body = '{ "id":"wch_1",\n"name":"Zoë \\u0000 😀" }';
  expect(await claim(userId, "key", "hash", "wch_1", now)).toEqual({ state: "run", resourceId: "wch_1" });
  await finish(userId, "key", 201, body);
  for (const at of [now, later(24, -1)])
    expect(await claim(userId, "key", "hash", "wch_2", at)).toEqual({ state: "done", status: 201, body });
});

test("an empty answer is an answer", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await finish(userId, "key", 204, "");
  expect(await claim(userId, "key", "hash", "wch_2", now)).toEqual({ state: "done", status: 204, body: "" });
});

test("while the first request runs, a repetition must come again later, and another request is refused", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await expect(claim(userId, "key", "hash", "wch_2", now)).rejects.toMatchObject(running);
  await expect(claim(userId, "key", "other", "wch_2", now)).rejects.toMatchObject(mismatch);
  await finish(userId, "key", 201, "{}");
  await expect(claim(userId, "key", "other", "wch_2", now)).rejects.toMatchObject(mismatch);
});

test("of many concurrent requests one runs, on a new key and on one whose first request died", async () => {
  const userId = await a.user();
  for (const [round, resourceId] of [
    ["new", expect.stringMatching(/^new/)],
    ["again", expect.stringMatching(/^new/)],
  ] as const) {
    const claims = Array.from({ length: 12 }, (_, n) => claim(userId, "key", "hash", `${round} ${n}`, now));
    const results = await Promise.allSettled(claims);
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won.map(({ value }) => value)).toEqual([{ state: "run", resourceId }]);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(running);
    await die(userId);
  }
});

/** Sends a claim while an identical, uncommitted one blocks it; that one commits once this one waits. */
async function overtaken(userId: string, at: Date) {
  const until = (seen: string) => `do $$ begin while not exists (
    select from pg_stat_activity where datname = current_database() and ${seen}
  ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  const other = sql.transaction([
    sql`
      insert into idempotency_keys (user_id, key, request_hash, resource_id, claimed_until, created_at)
      values (${userId}, 'key', 'hash', 'other', now() + interval '1 minute', ${at})
      on conflict (user_id, key) do update
         set resource_id = 'other', status = null, body = null,
             claimed_until = excluded.claimed_until, created_at = excluded.created_at`,
    sql.unsafe(until("wait_event_type = 'Lock' and query like '%claimed%'")),
  ]);
  await sql.unsafe(until("state = 'active' and query like '%wait_event_type%' and pid <> pg_backend_pid()"));
  const result = await claim(userId, "key", "hash", "mine", at).catch((fault) => fault);
  await other;
  return result;
}

test("a claim that another one overtakes reports it as running, on a new key and on one whose first request died", async () => {
  const userId = await a.user();
  expect(await overtaken(userId, now)).toMatchObject(running);
  await die(userId);
  expect(await overtaken(userId, now)).toMatchObject(running);
});

test("a claim that another one overtakes on an expired key does not get the expired answer", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "old", now);
  await finish(userId, "key", 201, "old");
  expect(await overtaken(userId, later(24))).toMatchObject(running);
});

test("a request that died half way runs again under the same id, and only for the same request", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await die(userId);
  await expect(claim(userId, "key", "other", "wch_2", now)).rejects.toMatchObject(mismatch);
  expect(await claim(userId, "key", "hash", "wch_2", now)).toEqual({ state: "run", resourceId: "wch_1" });
  await expect(claim(userId, "key", "hash", "wch_3", now)).rejects.toMatchObject(running);
});

test("a claim lasts longer than API Gateway lets a request live", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  const [row] = await sql`
    select idempotency_keys.claimed_until - statement_timestamp() > interval '30 seconds' as "holds"
      from idempotency_keys
     where idempotency_keys.user_id = ${userId}`;
  expect(row).toEqual({ holds: true });
});

test("a released claim is free at once, under the same id", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await release(userId, "key");
  expect(await claim(userId, "key", "hash", "wch_2", now)).toEqual({ state: "run", resourceId: "wch_1" });
});

test("a stored answer is neither replaced nor released", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await finish(userId, "key", 201, "first");
  await finish(userId, "key", 500, "second");
  await release(userId, "key");
  expect(await claim(userId, "key", "hash", "wch_2", now)).toEqual({ state: "done", status: 201, body: "first" });
});

test("after 24 hours a key is like new, for any request", async () => {
  const userId = await a.user();
  await claim(userId, "key", "hash", "wch_1", now);
  await finish(userId, "key", 201, "first");
  expect(await claim(userId, "key", "other", "wch_2", later(24))).toEqual({ state: "run", resourceId: "wch_2" });
  await finish(userId, "key", 200, "second");
  expect(await claim(userId, "key", "other", "wch_3", later(48, -1))).toMatchObject({ state: "done", body: "second" });
});

test("a key belongs to its user", async () => {
  const [one, other] = [await a.user(), await a.user()];
  await claim(one, "key", "hash", "wch_1", now);
  expect(await claim(other, "key", "hash", "wch_2", now)).toEqual({ state: "run", resourceId: "wch_2" });
  await finish(one, "key", 201, "mine");
  await release(one, "key");
  await expect(claim(other, "key", "hash", "wch_3", now)).rejects.toMatchObject(running);
});

test("a key is 1 to 255 printable ASCII characters", async () => {
  const userId = await a.user();
  for (const key of ["", "x".repeat(256), "é", "a\nb", "a\0b", "\ud800", "\u007f"])
    await expect(claim(userId, key, "hash", newId("wch"), now)).rejects.toMatchObject({
      kind: "input",
      code: "idempotency.key",
    });
  for (const key of [" ", "~".repeat(255), "'; drop table users --"])
    expect(await claim(userId, key, "hash", "wch_1", now)).toMatchObject({ state: "run" });
});
