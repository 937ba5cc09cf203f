import { createECDH } from "node:crypto";
import { env } from "@travel-conductor/core/base/env";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

/** A subscription as a browser gives it. */
function subscription() {
  const pair = createECDH("prime256v1");
  const keys = { p256dh: pair.generateKeys("base64url"), auth: Buffer.alloc(16, 7).toString("base64url") };
  return { kind: "push", endpoint: "https://push.example.com/one", keys };
}
const add = (token: string, body: object) => a.call("POST", "/v1/channels", { token, body });

test("a browser subscribes with the key that pushes are signed with, and is a channel", async () => {
  const { token } = await a.user();
  const { publicKey } = await a.read(await a.call("GET", "/v1/channels/push-key", { token }), 200);
  const ours = createECDH("prime256v1");
  ours.setPrivateKey(Buffer.from(env.PUSH_PRIVATE_KEY ?? "", "base64url"));
  expect(publicKey).toBe(ours.getPublicKey("base64url"));
  const made = await a.read(await add(token, subscription()), 201);
  expect(made).toMatchObject({ kind: "push", shown: "push.example.com", status: "on", secret: null, url: null });
});

test.each([
  ["p256dh", Buffer.alloc(65, 4).toString("base64url")],
  ["p256dh", "BNc"],
  ["auth", "AAAA"],
])("a subscription whose %s is %s is refused, and nothing written", async (field, value) => {
  const { token } = await a.user();
  const { keys, ...rest } = subscription();
  const refused = await a.read(await add(token, { ...rest, keys: { ...keys, [field]: value } }), 422);
  expect(refused).toMatchObject({ code: "channel.address", errors: [{ pointer: `/keys/${field}` }] });
  const { items } = await a.read(await a.call("GET", "/v1/channels", { token }), 200);
  expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(["email"]);
});

test("a stage without a key gives none, and adds no browser; without a bot, it offers none", async () => {
  const { token } = await a.user();
  const { PUSH_PRIVATE_KEY, TELEGRAM_BOT } = env;
  const kinds = async () => (await a.read(await a.call("GET", "/v1/channels/kinds", { token }), 200)).items;
  expect(await kinds()).toEqual([
    "email",
    "webhook",
    "push",
    "ntfy",
    "slack",
    "discord",
    "telegram",
    "atom",
    "calendar",
  ]);
  try {
    Object.assign(env, { PUSH_PRIVATE_KEY: undefined, TELEGRAM_BOT: undefined });
    expect(await kinds()).toEqual(["email", "webhook", "ntfy", "slack", "discord", "atom", "calendar"]);
    expect(await a.read(await add(token, { kind: "telegram" }), 409)).toMatchObject({ code: "channel.unavailable" });
    const [key, added] = [await a.call("GET", "/v1/channels/push-key", { token }), await add(token, subscription())];
    for (const answer of [key, added]) expect(await a.read(answer, 409)).toMatchObject({ code: "channel.unavailable" });
  } finally {
    Object.assign(env, { PUSH_PRIVATE_KEY, TELEGRAM_BOT });
  }
});
