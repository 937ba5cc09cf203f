import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import ece from "http_ece";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createPush } from "../../src/delivery/send/push.ts";
import { claimedFor, hostile, type Inbox, startInbox } from "../support/inbox.ts";

const { privateKey } = vi.hoisted(() => {
  const privateKey = "_t1Qc_198czQiddWs-cOAs_dO4Zi_hMpbJttd2YZ1UA";
  Object.assign(process.env, { CHANNELS_TO_LOOPBACK: "yes", PUSH_PRIVATE_KEY: privateKey });
  return { privateKey };
});
const ours = createECDH("prime256v1");
ours.setPrivateKey(Buffer.from(privateKey, "base64url"));

const real = new Date("2026-11-26T12:00:00.700Z");
const push = createPush();
let inbox: Inbox;

beforeAll(async () => {
  inbox = await startInbox();
});
afterAll(() => inbox.stop());

/** A browser's subscription, and what reads a push sent to it: the package http_ece. */
function browser() {
  const keys = createECDH("prime256v1");
  const p256dh = keys.generateKeys("base64url");
  const auth = randomBytes(16).toString("base64url");
  const read = (body: Buffer): unknown =>
    JSON.parse(ece.decrypt(body, { version: "aes128gcm", privateKey: keys, authSecret: auth }).toString());
  return { opening: { url: `${inbox.url}/push/one`, p256dh, auth }, read };
}

test("a push is read by its browser alone, and says who sent it, to whom and until when", async () => {
  const one = browser();
  const message = claimedFor("push", one.opening);
  expect(await push(message, hostile, real)).toEqual({ status: "sent" });

  const { path, headers, body } = inbox.got.at(-1)!;
  expect(path).toBe("/push/one");
  expect(one.read(body)).toEqual({ id: message.id, ...hostile });
  expect(() => browser().read(body)).toThrow();
  expect(headers).toMatchObject({
    ttl: "43200",
    urgency: "high",
    topic: message.id,
    "content-encoding": "aes128gcm",
    "x-message": message.id,
  });
  expect(headers.topic).toMatch(/^[\w-]{1,32}$/);

  const [, token = "", key = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  const parsed = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(key).toBe(ours.getPublicKey("base64url"));
  expect(parsed(head)).toEqual({ typ: "JWT", alg: "ES256" });
  const exp = Math.floor(real.getTime() / 1000) + 43_200;
  expect(parsed(claims)).toEqual({ aud: inbox.url, exp, sub: "mailto:mail@example.com" });
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const of = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", Buffer.from(`${head}.${claims}`), of, Buffer.from(signature, "base64url"))).toBe(true);
  expect(verify("sha256", Buffer.from(`${head}.${claims}x`), of, Buffer.from(signature, "base64url"))).toBe(false);
});

test("a digest may wait for the telephone to wake", async () => {
  await push(claimedFor("push", browser().opening, { kind: "digest" }), hostile, real);
  expect(inbox.got.at(-1)?.headers.urgency).toBe("normal");
});

test.each([
  ["a long text", { title: "LHR – JFK", text: 'fünf "€" 🛫\n'.repeat(2_000) }],
  ["a long title", { title: "🛫\\".repeat(3_000), text: "one" }],
])("of %s the words are cut, never the JSON", async (_, words) => {
  const one = browser();
  const message = claimedFor("push", one.opening);
  expect(await push(message, { ...words, url: hostile.url }, real)).toEqual({ status: "sent" });
  const { body } = inbox.got.at(-1)!;
  const read = one.read(body) as { id: string; title: string; text: string; url: string };
  const size = Buffer.byteLength(JSON.stringify(read));
  expect(size).toBeLessThanOrEqual(3_900);
  expect(size).toBeGreaterThan(3_880);
  expect(body.length).toBeLessThanOrEqual(4_096);
  expect(read).toMatchObject({ id: message.id, url: hostile.url });
  const [short, long] = words.text.length > 9 ? [read.text, words.text] : [read.title, words.title];
  expect(short.endsWith("…")).toBe(true);
  expect(long.startsWith(short.slice(0, -1))).toBe(true);
  expect(short).not.toMatch(/\p{Surrogate}/u);
});

test.each([
  [{ status: 201 }, { status: "sent" }],
  [{ status: 404 }, { status: "refused", code: "HTTP 404", gone: true }],
  [{ status: 410 }, { status: "refused", code: "HTTP 410", gone: true }],
  [{ status: 413 }, { status: "refused", code: "HTTP 413" }],
  [{ status: 400 }, { status: "refused", code: "HTTP 400" }],
  [
    { status: 302, headers: { location: "http://127.0.0.1:1/" } },
    { status: "refused", code: "HTTP 302" },
  ],
  [
    { status: 429, headers: { "retry-after": "120" } },
    { status: "delayed", code: "HTTP 429", after: 120 },
  ],
  [
    { status: 503, headers: { "retry-after": "Thu, 26 Nov 2026 12:01:00 GMT" } },
    { status: "delayed", code: "HTTP 503", after: 60 },
  ],
  [
    { status: 429, headers: { "retry-after": "soon" } },
    { status: "delayed", code: "HTTP 429" },
  ],
  [{ status: 500 }, { status: "delayed", code: "HTTP 500" }],
])("an answer of %j", async (said, outcome) => {
  inbox.says.push(said);
  expect(await push(claimedFor("push", browser().opening), hostile, real)).toEqual(outcome);
});

test("a browser that subscribed with the key before is sent to with that, and no other refusal is tried again", async () => {
  const fresh = createECDH("prime256v1");
  fresh.generateKeys();
  vi.resetModules();
  vi.stubEnv("PUSH_PRIVATE_KEY", `${fresh.getPrivateKey("base64url").padStart(43, "A")}\n${privateKey}`);
  const both = (await import("../../src/delivery/send/push.ts")).createPush();
  vi.unstubAllEnvs();
  const keysOf = (from: number) => inbox.got.slice(from).map(({ headers }) => headers.authorization?.split("k=")[1]);
  const keys = [fresh, ours].map((pair) => pair.getPublicKey("base64url"));
  const start = inbox.got.length;
  inbox.says.push({ status: 403 });
  expect(await both(claimedFor("push", browser().opening), hostile, real)).toEqual({ status: "sent" });
  expect(keysOf(start)).toEqual(keys);
  inbox.says.push({ status: 400 });
  expect(await both(claimedFor("push", browser().opening), hostile, real)).toMatchObject({ code: "HTTP 400" });
  expect(keysOf(start + 2)).toEqual(keys.slice(0, 1));
});

test("keys that are none, a closed port and a foreign seal are outcomes", async () => {
  const { opening } = browser();
  const before = inbox.got.length;
  const off = { ...opening, p256dh: Buffer.alloc(65, 4).toString("base64url") };
  expect(await push(claimedFor("push", off), hostile, real)).toEqual({ status: "refused", code: "keys" });
  const closed = { ...opening, url: "http://127.0.0.1:1/push" };
  expect(await push(claimedFor("push", closed), hostile, real)).toEqual({ status: "delayed", code: "unreachable" });
  const inside = { ...opening, url: "https://10.0.0.1/push" };
  expect(await push(claimedFor("push", inside), hostile, real)).toEqual({ status: "refused", code: "address" });
  const message = claimedFor("push", opening);
  const foreign = { ...message, channel: { ...message.channel!, id: "chn_another" } };
  expect(await push(foreign, hostile, real)).toEqual({ status: "delayed", code: "sealed" });
  expect(inbox.got.length).toBe(before);
});
