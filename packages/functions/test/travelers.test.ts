import { createHash } from "node:crypto";
import { redis } from "@travel-conductor/core/base/cache";
import { makeKey } from "@travel-conductor/core/base/datakey";
import { sql } from "@travel-conductor/core/base/db";
import { logOf } from "@travel-conductor/core/test/logs";
import { withoutService } from "@travel-conductor/core/test/network";
import { expect, test, vi } from "vitest";
import * as a from "./support/client.ts";
import { erika, passport, traveler, zoneOf } from "./support/travelers.ts";

const post = (token: string, path: string, body: unknown, key?: string) =>
  a.call("POST", path, { token, body, ...(key === undefined ? {} : { headers: { "idempotency-key": key } }) });

const kept = (userId: string) =>
  sql`select to_json(idempotency_keys)::text as "row", idempotency_keys.request_hash as "hash"
        from idempotency_keys where idempotency_keys.user_id = ${userId}`;

test("a traveler and a document are made once with a key, and the same answer comes byte for byte", async () => {
  const { token } = await a.user();
  const first = await post(token, "/v1/travelers", erika(), "k");
  const text = await first.text();
  const { id } = JSON.parse(text);
  expect(first.headers.get("location")).toBe(`/v1/travelers/${id}`);
  const again = await post(token, "/v1/travelers", erika(), "k");
  expect([again.status, await again.text(), again.headers.get("location")]).toEqual([201, text, `/v1/travelers/${id}`]);
  const documents = `/v1/travelers/${id}/documents`;
  const [one, two] = [await post(token, documents, passport(), "d"), await post(token, documents, passport(), "d")];
  expect(await one.text()).toBe(await two.text());
  const { items } = await a.read(await a.call("GET", "/v1/travelers", { token }), 200);
  expect(items).toMatchObject([{ id, documents: [{ type: "passport" }] }]);
});

test("the same key with another body is refused, and of requests at once one runs", async () => {
  const { token } = await a.user();
  await post(token, "/v1/travelers", erika(), "k");
  const other = await post(token, "/v1/travelers", erika({ title: "dr" }), "k");
  expect(await a.read(other, 422)).toMatchObject({ code: "idempotency.mismatch" });
  const all = await Promise.all(Array.from({ length: 5 }, () => post(token, "/v1/travelers", erika(), "at once")));
  expect(all.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  for (const { status } of all) expect([201, 409]).toContain(status);
  expect((await a.read(await a.call("GET", "/v1/travelers", { token }), 200)).items).toHaveLength(2);
});

test("the kept answer is sealed and the hash of the request keyed, by the newest key or the one before", async () => {
  const { token, userId } = await a.user();
  const body = passport();
  const { id } = await traveler(token);
  const path = `/v1/travelers/${id}/documents`;
  const first = await (await post(token, path, body, "k")).text();
  const [{ row = "", hash = "" } = {}] = (await kept(userId)) as { row: string; hash: string }[];
  for (const clear of ["passport", "T47", "expiresOn", "2032"]) expect(row).not.toContain(clear);
  const plain = createHash("sha256").update(`POST ${path}\n`).update(JSON.stringify(body)).digest("hex");
  expect(hash).not.toContain(plain);
  expect(hash).toMatch(/^\d+\.[0-9a-f]{64}$/);

  const [{ newest = 0 } = {}] = await sql`select max(data_keys.version)::int as "newest" from data_keys`;
  await makeKey(newest);
  expect(await (await post(token, path, body, "k")).text()).toBe(first);
  await post(token, path, body, "later");
  expect((await kept(userId)).map(({ hash }) => String(hash).split(".")[0])).toEqual([`${newest}`, `${newest + 1}`]);
});

test("a kept answer that does not open is a miss: the request runs again with the first id", async () => {
  const { token, userId } = await a.user();
  const { id } = await a.read(await post(token, "/v1/travelers", erika(), "k"), 201);
  await sql`update idempotency_keys set body = '1.' || repeat('A', 60) where idempotency_keys.user_id = ${userId}`;
  const { result, log } = await logOf(() => post(token, "/v1/travelers", erika(), "k"));
  expect(await a.read(result, 201)).toMatchObject({ id });
  for (const code of ["vault.unreadable", "idempotency.unreadable"]) expect(log).toContain(code);
  expect((await a.read(await a.call("GET", "/v1/travelers", { token }), 200)).items).toHaveLength(1);
});

test("faults of all fields come at once, and a zone's at /mrz", async () => {
  const { token } = await a.user();
  const { errors } = await a.read(await post(token, "/v1/travelers", { givenName: "4", bornOn: "x", extra: 1 }), 422);
  expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
    ["/bornOn", "/extra", "/familyName", "/gender", "/givenName", "/title"].sort(),
  );
  const wrong = await a.read(await post(token, "/v1/travelers/read", { mrz: zoneOf().replace("C01X", "C02X") }), 422);
  expect(wrong.errors).toMatchObject([{ pointer: "/mrz" }]);
  expect(await a.read(await post(token, "/v1/travelers/read", { mrz: zoneOf() }), 200)).toMatchObject({
    number: "C01X00T47",
  });
});

/** Everything that Postgres and Redis hold, as text. */
async function everything(): Promise<string> {
  const tables = await sql`
    select quote_ident(pg_tables.tablename) as name from pg_tables where pg_tables.schemaname = 'public'`;
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await sql`select to_jsonb(held)::text as row from ${sql.unsafe(String(name))} as held`;
    texts.push(...rows.map(({ row }) => String(row)));
  }
  for (const key of await redis.keys("*")) {
    const kind = await redis.type(key);
    const value = kind === "string" ? await redis.get(key) : kind === "hash" ? await redis.hgetall(key) : "";
    texts.push(key, JSON.stringify(value));
  }
  return texts.join("\n");
}

test("names and numbers of travelers and documents lie in clear nowhere: tables, Redis, log, refusals", async () => {
  const { token } = await a.user();
  const names = { givenName: "Canaria Yellowfeather", familyName: "Uncommonbird" };
  const numbers = {
    loyalty: [{ airline: "BA", number: "CANARY0815" }],
    knownTravelerNumber: "KTNCANARY77",
    redressNumber: "9081726",
  };
  const contact = { email: "canaria@birds.example", phone: "+442079469999" };
  const whole = erika({ ...names, ...numbers, ...contact });
  const { id } = await a.read(await post(token, "/v1/travelers", whole, "k"), 201);
  const documents = `/v1/travelers/${id}/documents`;
  const { result: answers, log } = await logOf(async () => [
    await post(token, documents, passport({ number: "CANARYPP9" }), "d"),
    await post(token, documents, { mrz: zoneOf({ number: "CANARYMRZ" }) }),
    await post(token, documents, { ...passport({ number: "CANARYPP9!" }) }),
    await post(token, documents, { mrz: zoneOf({ number: "CANARYMRZ" }).slice(1) }),
    await post(token, "/v1/travelers", erika({ ...names, ...numbers, phone: "+15551234567" })),
    await a.call("PATCH", `/v1/travelers/${id}`, { token, body: { knownTravelerNumber: "KTNCANARY78" } }),
    await a.call("GET", `/v1/travelers/${id}`, { token }),
  ]);
  expect(log).toContain("the log is read");
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 422, 422, 422, 200, 200]);
  const held = `${await everything()}\n${log}`;
  const canaries = ["Yellowfeather", "Uncommonbird", "CANARY", "9081726", "canaria@birds", "2079469999"];
  for (const canary of canaries) expect(held.includes(canary), canary).toBe(false);
  for (const answer of answers) {
    const text = await answer.text();
    for (const number of ["CANARY", "9081726"]) expect(text.includes(number), text).toBe(false);
  }
});

// Last, because it loads the API anew.
test("without KMS what is sealed waits, and the rest of the API does not", async () => {
  const { token } = await a.user();
  const made = await traveler(token);
  vi.resetModules();
  const { app } = await import("../src/api/index.ts");
  const ask = (path: string) =>
    app.request(path, { headers: { authorization: `Bearer ${token}` } }, a.gateway(a.somewhere()));
  await withoutService("kms", async () => {
    const answer = await ask(`/v1/travelers/${made.id}`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await answer.json()).toMatchObject({ code: "service.unavailable" });
    expect((await ask("/v1/me")).status).toBe(200);
  });
  expect((await ask(`/v1/travelers/${made.id}`)).status).toBe(200);
});
