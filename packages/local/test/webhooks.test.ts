import { serve } from "@hono/node-server";
import { Webhook } from "standardwebhooks";
import { afterAll, expect, test, vi } from "vitest";
import { isSigned, receive } from "../src/webhooks.ts";

afterAll(() => vi.unstubAllEnvs());

test("`npm run webhooks` adds itself as a channel, prints what is signed, and removes itself", async () => {
  vi.stubEnv("CHANNELS_TO_LOOPBACK", "yes");
  const { app } = await import("@travel-conductor/functions/api/index");
  const Delivery = await import("@travel-conductor/core/delivery");
  const Channel = await import("@travel-conductor/core/channel");
  const User = await import("@travel-conductor/core/user");
  const given = { email: "ada@example.com", password: "a long enough secret", firstName: "Ada", lastName: "Example" };
  const { user, session } = await User.create(given, new Date());
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await vi.waitFor(() => expect(server.address()).not.toBeNull());
  const address = server.address() as { port: number };

  const lines: string[] = [];
  const { channelId, url, stop } = await receive(`http://127.0.0.1:${address.port}/v1`, session.token, (line) =>
    lines.push(line),
  );
  await Delivery.deliver(new Date(Date.now() + 1_000), { real: new Date() });
  expect(lines).toEqual([`${channelId} sends to ${url}`, expect.stringMatching(/^msg_\w+ \{"type":"ping"/)]);
  await fetch(url, { method: "POST", body: "{}" });
  expect(lines.at(-1)).toBe("refused: not signed with our secret");
  await stop();
  const kinds = (await Channel.list(user.id, {})).items.map(({ kind }) => kind);
  expect(kinds).toEqual(["email"]);
  server.close();
});

test("it takes what Standard Webhooks signs, and nothing altered, old or signed by another", () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const at = new Date("2026-11-26T12:00:00Z");
  const headers = (from = at, by = secret) => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(from.getTime() / 1000),
    "webhook-signature": `v1,AAAA ${new Webhook(by).sign("msg_1", from, "{}")}`,
  });
  const other = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
  expect(isSigned(secret, headers(), "{}", at)).toBe(true);
  expect(isSigned(secret, headers(), "{ }", at)).toBe(false);
  expect(isSigned(secret, { ...headers(), "webhook-id": "msg_2" }, "{}", at)).toBe(false);
  expect(isSigned(secret, headers(at, other), "{}", at)).toBe(false);
  expect(isSigned(secret, headers(new Date(at.getTime() - 301_000)), "{}", at)).toBe(false);
  expect(isSigned(secret, {}, "{}", at)).toBe(false);
});
