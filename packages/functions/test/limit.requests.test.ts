import { EventEmitter, once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as Session from "@travel-conductor/core/session";
import { interceptRequests as watched } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";
import { right, wrong } from "./support/tries.ts";

describe("the requests of a request", () => {
  // These have one more: a count by a limit of its own, the state of the providers, or the calls of the day.
  const second = [
    "GET /v1/me/usage",
    "GET /v1/watches/{id}/decisions",
    "GET /v1/watches/{id}/overview",
    "GET /v1/admin/providers",
    "GET /v1/alerts/{id}/offers",
  ];
  // This one reads the alert, and then its watch.
  const twice = ["GET /v1/alerts/{id}/offers"];
  // This one answers what the process knows.
  const known = ["GET /v1/channels/kinds", "GET /v1/channels/push-key"];
  const reads = operations.filter(({ method, signed }) => method === "GET" && signed).map(({ key }) => key);

  test.each(reads)(
    "%s, signed in: one request to Redis, or a second one of its own, and one to Postgres",
    async (key) => {
      const { path, ...sent } = await request(key);
      const read = async () => expect((await a.call("GET", path, sent)).status).toBe(200);
      await read();
      expect(await counted(read)).toEqual({
        redis: second.includes(key) ? 2 : 1,
        postgres: known.includes(key) ? 0 : twice.includes(key) ? 2 : 1,
      });
    },
  );

  test("a simulation, which has a limit of its own: two requests to Redis and one to Postgres", async () => {
    const { path, ...sent } = await request("POST /v1/watches/simulate");
    const read = async () => expect((await a.call("POST", path, sent)).status).toBe(200);
    await read();
    expect(await counted(read)).toEqual({ redis: 2, postgres: 1 });
  });

  test("once a minute, with an uncached session: two and two, the second to Redis beside the handler's own", async () => {
    const { token, userId } = await a.user();
    const read = async () => expect((await a.call("GET", "/v1/me", { token })).status).toBe(200);
    const gate = new EventEmitter();
    const [asked, free] = [once(gate, "asked"), once(gate, "free")];
    let answered = false;
    const requests = await counted(() =>
      watched(
        async (service, body) => {
          if (service === "postgres" && body.includes("first_name")) gate.emit("asked");
          if (service === "redis" && body.includes('"nx"')) await free;
        },
        async () => {
          const answer = read().then(() => {
            answered = true;
          });
          await asked;
          await setTimeout(50);
          expect(answered).toBe(false);
          gate.emit("free");
          await answer;
        },
      ),
    );
    expect(requests).toEqual({ redis: 2, postgres: 2 });
    expect(await counted(read)).toEqual({ redis: 1, postgres: 1 });
    const { key } = Session.lookup(token);
    await redis.del(key);
    await sql`update sessions set last_used_at = now() - interval '10 minutes' where sessions.user_id = ${userId}`;
    expect(await counted(read)).toEqual({ redis: 2, postgres: 3 });
  });

  test("a stored search: one request to Redis and none to Postgres, with a session or without", async () => {
    const { path } = await request("GET /v1/flights");
    const { token } = await a.user();
    await a.call("GET", "/v1/me", { token });
    await a.call("GET", path, { token });
    for (const sent of [{ token }, {}])
      expect(await counted(async () => expect((await a.call("GET", path, sent)).status).toBe(200))).toEqual({
        redis: 1,
        postgres: 0,
      });
  });

  test("a login: one request to Redis and two to Postgres, and as many when it fails", async () => {
    const { email } = await a.user();
    expect(await counted(() => right(email))).toEqual({ redis: 1, postgres: 2 });
    for (const someone of [email, a.signup().email])
      expect(await counted(() => wrong(someone))).toEqual({ redis: 1, postgres: 2 });
  });

  test("a caller without a token: one, which counts it by its address", async () => {
    expect(await counted(() => a.call("GET", "/v1/me"))).toEqual({ redis: 1, postgres: 0 });
    const address = await a.spent();
    expect((await a.call("GET", "/v1/me", { address })).status).toBe(429);
  });
});
