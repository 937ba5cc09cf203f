import { mailbox } from "@travel-conductor/local/testing";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Channel from "../../src/channel.ts";
import type { Claimed } from "../../src/delivery/claim.ts";
import * as a from "../support/factory.ts";
import type { Received } from "../support/receiver.ts";
import { hook, pinged, stateOf, useHooks } from "../support/webhooks.ts";

const hooks = await useHooks();
afterEach(async () => {
  vi.unstubAllEnvs();
});

/** What a request says to the holder of this secret. @throws where it is not signed with it */
const verified = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe("an event", () => {
  test("is signed as Standard Webhooks says, with the id of its message", async () => {
    const { id, secret, messageId } = await pinged();
    expect(await hooks.deliver()).toEqual({ sent: 1, delayed: 0, failed: 0 });
    const [got] = hooks.receiver.received as [Received];
    expect(verified(secret, got)).toEqual({ type: "ping", timestamp: expect.any(String), data: {} });
    expect(got).toMatchObject({ path: "/hook", host: "one.example.com" });
    expect(got.headers).toMatchObject({ "webhook-id": messageId, "content-type": "application/json" });
    const [row] = await sql`select messages.words from messages where messages.id = ${messageId}`;
    expect(row?.words).toEqual({ body: got.body });
    expect(await Channel.get((await owner(id)) as string, id)).toMatchObject({
      status: "on",
      workedAt: expect.any(String),
    });

    expect(() => verified(secret, { ...got, body: got.body.replace("ping", "pong") })).toThrow();
    expect(() => verified(secret, { ...got, headers: { ...got.headers, "webhook-id": "msg_other" } })).toThrow();
    expect(() => verified(Buffer.alloc(24).toString("base64"), got)).toThrow();
  });

  test("is signed with the secret before too, for a day after a rotation", async () => {
    const { id, userId, secret } = await pinged();
    const rotated = await Channel.rotate(userId, id);
    const sent = async () => {
      hooks.receiver.received.length = 0;
      await hooks.deliver();
      return hooks.receiver.received[0] as Received;
    };
    const both = await sent();
    expect(String(both.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    for (const each of [secret, String(rotated.secret)]) verified(each, both);

    await sql`update channels set version_at = now() - interval '24 hours' where channels.id = ${id}`;
    await Channel.test(userId, id);
    const later = await sent();
    verified(String(rotated.secret), later);
    expect(() => verified(secret, later)).toThrow();
  });

  test("is signed by the stage's secret before too, where one is set", async () => {
    const [now, before] = ["n".repeat(32), "b".repeat(32)];
    const url = "https://one.example.com/hook";
    const load = async (environment: Record<string, string | undefined>) => {
      vi.resetModules();
      for (const name of ["MESSAGE_SECRET", "MESSAGE_SECRET_BEFORE"]) vi.stubEnv(name, environment[name]);
      return {
        ...(await import("../../src/delivery/send/webhook.ts")),
        ...(await import("../../src/channel/opening.ts")),
      };
    };
    const old = await load({ MESSAGE_SECRET: before });
    const channel = {
      id: "chn_1",
      kind: "webhook",
      version: 1,
      versionAt: 0,
      sealed: old.sealOpening("chn_1", { url }),
    };
    const message = { id: "msg_1", channel } as unknown as Claimed;
    const fresh = await load({ MESSAGE_SECRET: now, MESSAGE_SECRET_BEFORE: before });
    expect(await fresh.createWebhook(hooks.network)(message, { body: "{}" }, new Date())).toMatchObject({
      status: "sent",
    });
    const [got] = hooks.receiver.received as [Received];
    for (const each of [old.shownSecret("chn_1", 1), fresh.shownSecret("chn_1", 1)]) verified(each, got);

    const lost = await load({ MESSAGE_SECRET: now });
    expect(await lost.createWebhook(hooks.network)(message, { body: "{}" }, new Date())).toEqual({
      status: "delayed",
      code: "unreadable address",
    });
  });
});

const owner = async (id: string) =>
  (await sql`select channels.user_id as "userId" from channels where channels.id = ${id}`)[0]?.userId;

describe("what a receiver answers", () => {
  test.each([200, 201, 202, 204, 299])("%i is a receipt", async (status) => {
    const { messageId } = await pinged();
    hooks.receiver.answer = (response) => void response.writeHead(status).end();
    expect(await hooks.deliver()).toEqual({ sent: 1, delayed: 0, failed: 0 });
    expect(await stateOf(messageId, new Date())).toMatchObject({ status: "sent", failure: null });
  });

  test.each([300, 301, 302, 307, 400, 401, 404, 409, 429, 500, 503])("after %i it is tried again", async (status) => {
    const { messageId } = await pinged();
    hooks.receiver.answer = (response) => void response.writeHead(status, { location: "/elsewhere" }).end();
    expect(await hooks.deliver()).toEqual({ sent: 0, delayed: 1, failed: 0 });
    expect(await stateOf(messageId, new Date())).toMatchObject({ status: "pending", failure: `HTTP ${status}` });
    expect(hooks.receiver.received.map(({ path }) => path)).toEqual(["/hook"]);
  });

  const at = new Date("2026-11-26T12:00:00.000Z");
  const asked: [header: string, least: number, most: number][] = [
    ["120", 120, 120],
    ["1", 4, 6],
    ["0", 4, 6],
    ["999999999999999999999999", 86_400, 86_400],
    ["Thu, 26 Nov 2026 12:10:00 GMT", 600, 600],
    ["Thu, 26 Nov 2026 11:00:00 GMT", 4, 6],
    ["Thu, 99 Foo 2026 11:00:00 GMT", 4, 6],
    ["2026-11-26T12:10:00Z", 4, 6],
    ["-5", 4, 6],
    ["soon", 4, 6],
  ];
  test.each(asked)("Retry-After: %s is heeded", async (header, least, most) => {
    const { messageId } = await pinged();
    await sql`update messages set due_at = ${at}`;
    hooks.receiver.answer = (response) => void response.writeHead(503, { "retry-after": header }).end();
    await hooks.deliver(at, { real: at });
    const { wait } = await stateOf(messageId, at);
    // The moment of the try is a little later than `at`.
    expect(wait).toBeGreaterThan(least - 2);
    expect(wait).toBeLessThanOrEqual(most);
  });

  test("an event is tried ten times in three days, and given up", async () => {
    const { id, userId, messageId } = await pinged();
    hooks.receiver.answer = (response) => void response.writeHead(500).end();
    const waits: number[] = [];
    let now = new Date(Date.now() + 60_000);
    for (;;) {
      await hooks.deliver(now, { real: now });
      const { status, wait } = await stateOf(messageId, now);
      if (status !== "pending") break;
      waits.push(wait);
      now = new Date(Math.ceil(now.getTime() + wait * 1000));
    }
    const hour = 3_600;
    const gaps = [5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
    expect(waits).toHaveLength(gaps.length);
    for (const [index, gap] of gaps.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(gap * 0.8);
      expect(waits[index]).toBeLessThanOrEqual(gap * 1.2);
    }
    expect(await stateOf(messageId, now)).toMatchObject({ status: "failed", attempts: 10, failure: "HTTP 500" });
    expect((await Channel.get(userId, id)).status).toBe("on");
  });
});

describe("a receiver that fails", () => {
  const ways: Record<string, [answer: typeof hooks.receiver.answer, code: string | RegExp]> = {
    "never answers": [() => undefined, "timeout"],
    "answers slowly": [
      (response, { socket }) => {
        const drip = setInterval(() => response.write("x"), 20);
        socket.on("close", () => clearInterval(drip));
      },
      "timeout",
    ],
    "resets the connection": [(_, { reset }) => reset(), "ECONNRESET"],
    "cuts its answer": [
      (_, { socket }) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"),
      "ECONNRESET",
    ],
    "speaks no HTTP": [(_, { socket }) => void socket.end("220 mail.example.com\r\n"), /^HPE_/],
  };
  test.each(Object.keys(ways))("because it %s is tried again, and the log says why", async (way) => {
    const { id, userId, messageId } = await pinged();
    const [answer, code] = ways[way]!;
    hooks.receiver.answer = answer;
    const network = { ...hooks.network, within: 200 };
    expect(await hooks.deliver(undefined, { network })).toEqual({ sent: 0, delayed: 1, failed: 0 });
    const expected = typeof code === "string" ? code : expect.stringMatching(code);
    expect(await stateOf(messageId, new Date())).toMatchObject({ status: "pending", failure: expected });
    const { items } = await Channel.tries(userId, id, {});
    expect(items).toMatchObject([{ messageId, outcome: "delayed", code: expected, answer: null }]);
  });

  const unreachable: Record<string, [url: string, code: string]> = {
    "has a certificate of another name": ["https://three.example.com/", "ERR_TLS_CERT_ALTNAME_INVALID"],
    "does not exist": ["https://gone.example.com/", "ENOTFOUND"],
    "leads to a private network": ["https://inner.example.com/", "no public address"],
  };
  test.each(Object.keys(unreachable))("because it %s gets nothing", async (way) => {
    const [url, code] = unreachable[way]!;
    const found: Record<string, string[]> = { "three.example.com": ["127.0.0.1"], "inner.example.com": ["10.0.0.1"] };
    hooks.dns.names = (name) => found[name];
    const { messageId } = await pinged(undefined, url);
    await hooks.deliver();
    expect(await stateOf(messageId, new Date())).toMatchObject({ status: "pending", failure: code });
    expect(hooks.receiver.received).toEqual([]);
  });

  test("of an endless answer, the start is kept and the event is sent", async () => {
    const { id, userId } = await pinged();
    hooks.receiver.answer = (response, { socket }) => {
      const part = Buffer.from("\0ü€".repeat(2_000));
      const write = () => {
        while (!socket.destroyed && response.write(part));
      };
      response.on("drain", write);
      write();
    };
    expect(await hooks.deliver()).toEqual({ sent: 1, delayed: 0, failed: 0 });
    const [logged] = (await Channel.tries(userId, id, {})).items;
    expect(logged).toMatchObject({ outcome: "sent", code: null, milliseconds: expect.any(Number) });
    expect(logged?.answer).toMatch(/^(ü€)+ü?$/);
    expect(Buffer.byteLength(String(logged?.answer))).toBeGreaterThan(800);
  });

  test("with 410 is turned off, what waits for it is given up, and its owner gets a letter", async () => {
    const { id, userId } = await pinged();
    const other = await Channel.test(userId, id);
    hooks.receiver.answer = (response) => void response.writeHead(410).end("gone");
    expect(await hooks.deliver()).toEqual({ sent: 1, delayed: 0, failed: 2 });
    expect(hooks.receiver.received).toHaveLength(1);
    expect(await Channel.get(userId, id)).toMatchObject({ status: "off", offBecause: "gone" });
    expect(await stateOf(other.messageId, new Date())).toMatchObject({ status: "failed", failure: "off" });
    expect(mailbox.map(({ subject }) => subject)).toEqual(["Messages no longer go to one.example.com"]);
    await expect(Channel.test(userId, id)).rejects.toMatchObject({ code: "channel.off" });
    expect(await Channel.update(userId, id, { status: "on" })).toMatchObject({ status: "on", offBecause: null });
  });
});

test("a webhook of another person, or without a message, has nothing to replay", async () => {
  const [mine, other] = [await hook(await a.proven()), await pinged()];
  await hooks.deliver();
  const replay = (userId: string, id: string) => Channel.replay(userId, id, { messageId: other.messageId });
  await expect(replay(mine.userId, mine.id)).rejects.toMatchObject({ code: "message.missing" });
  await expect(replay(mine.userId, other.id)).rejects.toMatchObject({ code: "channel.missing" });
  await expect(Channel.tries(mine.userId, other.id, {})).rejects.toMatchObject({ code: "channel.missing" });
});
