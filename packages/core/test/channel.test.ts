import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as Channel from "../src/channel.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";

const url = "https://hooks.example.com/prices?key=quite-secret";
const webhook = (userId: string, over: object = {}) => Channel.create(userId, { kind: "webhook", url, ...over });

test("an account begins with its e-mail address as its one channel, unproven until the address is", async () => {
  const email = a.signup().email;
  const userId = await a.user({ email });
  const { items } = await Channel.list(userId, {});
  expect(items).toMatchObject([{ kind: "email", shown: email, status: "unproven" }]);
  await expect(Channel.create(userId, { kind: "email" })).rejects.toMatchObject({ code: "channel.twice" });
  await sql`update users set email_verified = true where users.id = ${userId}`;
  expect(await Channel.get(userId, items[0]!.id)).toMatchObject({ status: "on" });
  await Channel.remove(userId, items[0]!.id);
  expect(await Channel.create(userId, { kind: "email" })).toMatchObject({ status: "on" });
});

test("a webhook shows its secret once, and its host alone; what opens it is sealed", async () => {
  const userId = await a.user();
  const { secret, id, ...made } = await webhook(userId, { name: "Sheet" });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  expect(made).toMatchObject({ kind: "webhook", name: "Sheet", shown: "hooks.example.com", status: "on", url: null });
  expect(await Channel.get(userId, id)).not.toHaveProperty("secret");
  const [row] = await sql`select channels::text as text from channels where channels.id = ${id}`;
  expect(row?.text).not.toContain("quite-secret");
  const rotated = await Channel.rotate(userId, id);
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(secret);
});

test("the address of a feed is shown once, and its old one opens nothing after a new one was made", async () => {
  const userId = await a.user();
  const { id, url, secret } = await Channel.create(userId, { kind: "atom" });
  expect([url, secret]).toEqual([expect.stringMatching(/\/v1\/feeds\/[\w-]{43}\.atom$/), null]);
  const hashes = async () =>
    (await sql`select channels.token_hash from channels where channels.id = ${id}`)[0]?.token_hash;
  const before = await hashes();
  expect((await Channel.rotate(userId, id)).url).not.toBe(url);
  expect(await hashes()).not.toBe(before);
});

test.each([
  "http://hooks.example.com/",
  "https://hooks.example.com:8443/",
  "https://user@hooks.example.com/",
  "https://192.168.1.1/",
  "https://[::1]/",
  "https://localhost/",
  "https://intranet/",
  "not an address",
])("nothing is written for the address %s", async (url) => {
  const userId = await a.user();
  await expect(webhook(userId, { url })).rejects.toMatchObject({
    code: "channel.address",
    errors: [{ pointer: "/url" }],
  });
  expect((await Channel.list(userId, {})).items).toHaveLength(1);
});

test("a chat's address is at its own host, and the endpoint of a push subscription is named as such", async () => {
  const userId = await a.user();
  const refused = { code: "channel.address" };
  await expect(Channel.create(userId, { kind: "slack", url })).rejects.toMatchObject(refused);
  await expect(Channel.create(userId, { kind: "discord", url })).rejects.toMatchObject(refused);
  const keys = { p256dh: "BA", auth: "AA" };
  await expect(Channel.create(userId, { kind: "push", endpoint: "http://x.example.com", keys })).rejects.toMatchObject({
    errors: [{ pointer: "/endpoint" }],
  });
  await Channel.create(userId, { kind: "slack", url: "https://hooks.slack.com/services/T0/B0/xyz" });
});

test("a person has at most 20 channels, also when they are added at once", async () => {
  const userId = await a.user();
  const ends = await Promise.allSettled(Array.from({ length: 25 }, () => webhook(userId)));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(19);
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  for (const one of refused)
    expect(one).toMatchObject({ kind: "input", code: "channel.limit", errors: [{ pointer: "/kind" }] });
});

test("another user's channel is missing", async () => {
  const [owner, stranger] = [await a.user(), await a.user()];
  const { id } = await webhook(owner);
  const missing = { kind: "missing", code: "channel.missing" };
  await expect(Channel.get(stranger, id)).rejects.toMatchObject(missing);
  await expect(Channel.update(stranger, id, { status: "paused" })).rejects.toMatchObject(missing);
  await expect(Channel.remove(stranger, id)).rejects.toMatchObject(missing);
  await expect(Channel.test(stranger, id)).rejects.toMatchObject(missing);
  await expect(Channel.rotate(stranger, id)).rejects.toMatchObject(missing);
  await expect(Channel.tries(stranger, id, {})).rejects.toMatchObject(missing);
  await expect(Channel.replay(stranger, id, { messageId: `msg_${"0".repeat(26)}` })).rejects.toMatchObject(missing);
  expect(await Channel.get(owner, id)).toMatchObject({ status: "on" });
});

test("a watch names channels of its owner, none, or all; its history shows no edit for it", async () => {
  const watch = await a.watch();
  const { id } = await webhook(watch.userId);
  const theirs = await webhook(await a.user());
  const change = (channels: string[] | null) => Watch.update(watch.userId, watch.id, { channels }, a.noon);
  expect(watch.channels).toBeNull();
  expect(await change([id])).toMatchObject({ channels: [id] });
  expect(await change([])).toMatchObject({ channels: [] });
  await expect(change([id, theirs.id])).rejects.toMatchObject({
    code: "watch.channel",
    errors: [{ pointer: "/channels/1" }],
  });
  expect(await change(null)).toMatchObject({ channels: null });
  const [row] =
    await sql`select count(*)::int as changes from watch_changes where watch_changes.watch_id = ${watch.id}`;
  expect(row?.changes).toBe(1);
});

test.each(["", "  ", "\u0000", "a\u202eb", "x".repeat(61)])("a channel is not named %j", async (name) => {
  const userId = await a.user();
  const { id } = await webhook(userId);
  await expect(Channel.update(userId, id, { name })).rejects.toMatchObject({ name: "ValiError" });
  await expect(webhook(userId, { name })).rejects.toMatchObject({ name: "ValiError" });
});
