import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Channel from "../src/channel.ts";
import * as Clean from "../src/clean.ts";
import { scans, statementsOf } from "./support/explain.ts";
import * as a from "./support/factory.ts";
import { operator } from "./support/searches.ts";
import { forget, hook, pinged, startHooks, stateOf } from "./support/webhooks.ts";

let hooks: Awaited<ReturnType<typeof startHooks>>;
let boss: string;
beforeAll(async () => {
  hooks = await startHooks();
  boss = await operator();
});
afterAll(() => hooks.stop());
beforeEach(async () => {
  hooks.reset();
  await sql`delete from messages`;
});
afterEach(forget);

const at = new Date("2026-11-26T12:00:00Z");
const list = (query: object = {}) => Channel.deliveries(boss, query, at);

type Made = { status?: string; kind?: string; channelId?: string | null; dueAt?: Date; settled?: string };

/** A message as it stands in the outbox. */
async function message({
  status = "pending",
  kind = "verify",
  channelId = null,
  dueAt = at,
  settled = "0",
}: Made = {}) {
  const id = newId("msg");
  const waits = status === "pending";
  await sql`
    insert into messages (id, kind, channel_id, email, data, status, due_at, settled_at, failure)
    values (${id}, ${kind}, ${channelId}, ${waits ? "someone@example.com" : null}, ${waits ? "{}" : null}, ${status},
            ${dueAt}, ${waits ? null : sql`now() - ${settled}::interval`}, ${waits ? null : "HTTP 410"})`;
  return id;
}

/** A message to a webhook that was refused for good. */
async function failed() {
  const made = await pinged();
  hooks.receiver.answer = (response) => void response.writeHead(410).end();
  await hooks.deliver();
  await Channel.update(made.userId, made.id, { status: "on" });
  hooks.receiver.answer = (response) => void response.writeHead(204).end();
  expect(await stateOf(made.messageId, at)).toMatchObject({ status: "failed", failure: "HTTP 410" });
  return made;
}

describe("the list of messages", () => {
  test("has those that failed or wait, newest first, without address and words, by pages and filters", async () => {
    const { messageId } = await failed();
    await message({ status: "sent" });
    const reset = await message({ status: "failed", kind: "reset" });
    const verify = await message();
    const { items, nextCursor } = await list();
    expect(nextCursor).toBeNull();
    const ids = items.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids)).toEqual(new Set([verify, reset, messageId]));
    expect(items.find(({ id }) => id === messageId)).toEqual({
      ...{ id: messageId, kind: "test", channel: "webhook", status: "failed", failure: "HTTP 410", attempts: 1 },
      createdAt: expect.stringMatching(/Z$/),
      dueAt: expect.stringMatching(/Z$/),
      settledAt: expect.stringMatching(/Z$/),
    });
    expect(items[0]).toMatchObject({ id: verify, channel: "email", status: "pending", settledAt: null });
    expect(JSON.stringify(items)).not.toMatch(/@|example/);

    const pages: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ limit: 1, ...(cursor ? { cursor } : {}) });
      pages.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(ids);
    const shown = async (query: object) => (await list(query)).items.map(({ id }) => id).sort();
    expect(await shown({ status: "failed" })).toEqual([messageId, reset].sort());
    expect(await shown({ kind: "reset" })).toEqual([reset]);
    expect(await shown({ channel: "webhook" })).toEqual([messageId]);
    expect(await shown({ channel: "email", status: "pending" })).toEqual([verify]);
    await expect(list({ status: "sent" })).rejects.toThrow();
    await expect(list({ cursor: "x" })).rejects.toMatchObject({ code: "page.cursor" });
  });

  test("counts what waits and since when, what failed in a day, and the reports of mail, in the same request", async () => {
    const none = { sent: 0, bounced: 0, complained: 0, bounceRate: null, complaintRate: null };
    expect((await list()).counts).toEqual({ pending: 0, oldestDueSeconds: null, failed: 0, mail: none });
    await message({ dueAt: new Date(at.getTime() + 60_000) });
    expect((await list()).counts).toMatchObject({ pending: 1, oldestDueSeconds: null });
    await message({ dueAt: new Date(at.getTime() - 90_500) });
    for (const settled of ["23 hours 59 minutes", "24 hours 1 minute"]) {
      await message({ status: "failed", settled });
      for (let n = 0; n < 4; n++) await message({ status: "sent", settled });
    }
    const { id, userId } = await hook();
    await message({ status: "sent", channelId: id });
    const [email] = (await Channel.list(userId, {})).items.filter(({ kind }) => kind === "email");
    for (const [kind, ago] of [
      ["bounced", "1 hour"],
      ["bounced", "25 hours"],
      ["complained", "1 hour"],
      ["complained", "2 hours"],
    ])
      await sql`
        insert into mail_events (id, channel_id, kind, at)
        values (${newId("evt")}, ${email?.id}, ${kind}, now() - ${ago}::interval)`;
    const [request = []] = await statementsOf(async () => {
      expect((await list({ limit: 1 })).counts).toEqual({
        ...{ pending: 2, oldestDueSeconds: 90, failed: 1 },
        mail: { sent: 4, bounced: 1, complained: 2, bounceRate: 0.25, complaintRate: 0.5 },
      });
    });
    expect(request).toHaveLength(2);
    expect(await statementsOf(() => list())).toHaveLength(1);
  });

  test("reads what failed and waits by index, whatever was sent", async () => {
    await sql`
      insert into messages (id, kind, status, settled_at)
      select 'msg_1' || lpad(n::text, 25, '0'), 'verify', 'sent', now() - interval '2 days'
        from generate_series(1, 20000) as n`;
    await message();
    await message({ status: "failed" });
    await sql`vacuum analyze messages`;
    const [request = []] = await statementsOf(() => list());
    const read = (await scans(request[1]!)).filter(({ of }) => of === "messages");
    expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(10);
    expect(read.filter(({ how }) => how.includes("Seq"))).toEqual([]);
  });

  test("and a replay are for operators only, and change nothing for others", async () => {
    const { messageId } = await failed();
    const other = await a.user();
    const refused = { code: "operator.required" };
    await expect(Channel.deliveries(other, {}, at)).rejects.toMatchObject(refused);
    await expect(Channel.replayFailed(other, messageId)).rejects.toMatchObject(refused);
    expect(await stateOf(messageId, at)).toMatchObject({ status: "failed" });
  });

  test("loses what failed thirty days ago", async () => {
    const kept = await message({ status: "failed", settled: "29 days" });
    await message({ status: "failed", settled: "30 days" });
    // A row that another statement has locked is left to the next run.
    await vi.waitFor(async () => {
      await Clean.run(new Date());
      expect((await list()).items.map(({ id }) => id)).toEqual([kept]);
    });
  });
});

describe("a replay", () => {
  test("sends a message that failed again, with its id and words", async () => {
    const { messageId } = await failed();
    const [first] = hooks.receiver.received;
    const before = { id: messageId, status: "pending", failure: null, attempts: 0, settledAt: null };
    expect(await Channel.replayFailed(boss, messageId)).toMatchObject({ ...before, channel: "webhook", kind: "test" });
    await expect(Channel.replayFailed(boss, messageId)).rejects.toMatchObject({ code: "message.unfailed" });
    await hooks.deliver();
    expect(hooks.receiver.received).toHaveLength(2);
    expect(hooks.receiver.received[1]).toMatchObject({ body: first?.body });
    expect(hooks.receiver.received[1]?.headers["webhook-id"]).toBe(messageId);
    expect(await stateOf(messageId, at)).toMatchObject({ status: "sent", attempts: 1 });
    await expect(Channel.replayFailed(boss, messageId)).rejects.toMatchObject({ code: "message.unfailed" });
  });

  test("of two at once happens once", async () => {
    const { messageId } = await failed();
    const both = await Promise.allSettled([1, 2].map(() => Channel.replayFailed(boss, messageId)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("is refused where nothing can be sent, each time with its reason", async () => {
    const code = (id: string) => Channel.replayFailed(boss, id).catch((error: { code: string }) => error.code);
    expect(await code(newId("msg"))).toBe("message.missing");
    expect(await code(await message())).toBe("message.unfailed");
    expect(await code(await message({ status: "failed" }))).toBe("message.forgotten");
    const { messageId, userId, id } = await failed();
    await Channel.update(userId, id, { status: "paused" });
    expect(await code(messageId)).toBe("channel.off");
    expect(await stateOf(messageId, at)).toMatchObject({ status: "failed" });
  });
});
