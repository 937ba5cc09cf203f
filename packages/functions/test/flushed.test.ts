import * as Analytics from "@travel-conductor/core/analytics";
import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as Delivery from "@travel-conductor/core/delivery";
import { sweep } from "@travel-conductor/core/test/sweep";
import { mailbox } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

test("a Redis that lost everything signs nobody out and in, and loses no watch, letter, key or stored answer", async () => {
  const { token, email } = await a.proven();
  const { key } = await a.key(token, ["read"]);
  const ended = (await a.read(await a.call("POST", "/v1/auth/login", { body: { email, password: a.password } }), 200))
    .session;
  expect((await a.call("POST", "/v1/auth/logout", { token: ended.token })).status).toBe(204);
  const body = a.wanted();
  const repeated = { token, body, headers: { "idempotency-key": "before-the-loss" } };
  const watch = await a.read(await a.call("POST", "/v1/watches", repeated), 201);
  const address = await a.spent();
  const limited = () => a.call("GET", "/v1/me", { token, address });
  expect((await limited()).status).toBe(429);
  const path = `/v1/flights?origin=LHR&destination=JFK&departureDate=${body.departureDate}`;
  const written = await a.read(await a.call("GET", path, { token }), 200);
  await Analytics.flush(later(1));
  await a.read(await a.call("GET", path.replace("LHR", "LGW"), { token }), 200);
  const [waiting] = await sql`
    select messages.id from messages where messages.email = ${email} and messages.kind = 'verify' and messages.status = 'pending'`;
  expect(waiting).toBeDefined();
  expect((await redis.keys("*")).length).toBeGreaterThan(5);

  await redis.flushall();

  expect(await a.read(await a.call("GET", "/v1/me", { token }), 200)).toMatchObject({ user: { email } });
  expect((await a.call("GET", "/v1/me", { token: ended.token })).status).toBe(401);
  expect((await a.call("GET", "/v1/watches", { token: key })).status).toBe(200);
  expect(await a.read(await a.call("POST", "/v1/watches", repeated), 201)).toMatchObject({ id: watch.id });
  // The copy in Postgres: no provider was asked again.
  const again = await a.read(await a.call("GET", path, { token }), 200);
  expect(again.searchedAt).toEqual(expect.any(String));
  expect(again.searchedAt).toBe(written.searchedAt);

  await sweep(later(1), { [`${watch.origin}-${watch.destination} ${watch.departureDate}`]: 15_00 });
  expect((await a.read(await a.call("GET", "/v1/alerts", { token }), 200)).items).toMatchObject([
    { watchId: watch.id, price: { amount: "15.00" } },
  ]);
  // A clock whose hint is lost asks Postgres.
  await Delivery.deliver(later(61));
  expect(mailbox.filter(({ to }) => to[0] === email).length).toBeGreaterThan(0);

  // What is lost: the counts of limits, which begin anew, and searches that waited to be written.
  // A process repeats a refusal for a second.
  await expect.poll(async () => (await limited()).status, { timeout: 10_000 }).toBe(200);
  await Analytics.flush(later(2));
  const { items } = await a.read(await a.call("GET", "/v1/me/searches", { token }), 200);
  expect(items.map(({ origin }: { origin: string }) => origin)).toEqual(["LHR", "LHR"]);
});
