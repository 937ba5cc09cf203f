import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { logger } from "../../src/base/log.ts";
import type { Question } from "../../src/flight/record.ts";
import { stored, storedInRedis } from "../../src/flight/search.ts";
import { metricLines } from "../support/logs.ts";
import { withoutService } from "../support/network.ts";
import {
  at,
  minutesLater,
  newProcess,
  offer,
  ok,
  shortTimes,
  stubProvider,
  uniqueQuestion,
} from "../support/provider.ts";

beforeEach(() => void vi.spyOn(logger, "error").mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const packed = (text: string) => deflateRawSync(text).toString("base64");
const broken = {
  "no base64": "???",
  "not packed": Buffer.from("plain").toString("base64"),
  "cut off": packed(JSON.stringify({ status: "ok", providers: [], offers: [] })).slice(0, 12),
  "not JSON": packed("{"),
  "not an answer": packed("5"),
  "without offers": packed(JSON.stringify({ status: "ok", providers: [] })),
  "with another offer": packed(JSON.stringify({ status: "ok", providers: [], offers: [{ price: 5 }] })),
  "with another status": packed(JSON.stringify({ status: "fine", providers: [], offers: [] })),
};

const counting = () => uniqueQuestion(stubProvider((callsBefore) => ok(offer(1000 + callsBefore))));
const callsOf = ({ provider }: Question) => (provider as ReturnType<typeof stubProvider>).calls.length;

/** Asks as another process, which holds nothing in memory. */
const ask = async (question: Question, when = at) => (await newProcess()).find(question, when, undefined, shortTimes);

/** Overwrites what Redis and Postgres hold. */
async function damage(question: Question, fields: Record<string, string>, where: ("redis" | "postgres")[]) {
  if (where.includes("redis")) await redis.hset(`flight:${question.key}`, fields);
  if (where.includes("postgres") && fields.body !== undefined)
    await sql`
      update flight_cache
         set packed = ${Buffer.from(fields.body, "base64").toString("hex")}::text::bytea
       where search_params_hash = ${question.key}`;
}

describe.each(Object.entries(broken))("an answer that is stored as %s", (_, body) => {
  test("in Redis is a miss, and Postgres's copy takes its place", async () => {
    const question = counting();
    const { answer } = await ask(question);
    await damage(question, { body }, ["redis"]);
    expect(await ask(question, minutesLater(1))).toEqual({ answer, freshness: "cached" });
    expect(callsOf(question)).toBe(1);
    expect(await redis.hget(`flight:${question.key}`, "body")).not.toBe(body);
  });

  test("in both stores is a miss: the providers are asked once, and the next search has their answer", async () => {
    const question = counting();
    await ask(question);
    await damage(question, { body }, ["redis", "postgres"]);
    expect(await ask(question, minutesLater(1))).toMatchObject({
      answer: { offers: [{ total: 1001 }] },
      freshness: "fresh",
    });
    expect(await ask(question, minutesLater(2))).toMatchObject({ freshness: "cached" });
    expect(callsOf(question)).toBe(2);
  });

  test("in Postgres, without Redis, is a miss", async () => {
    const question = counting();
    await withoutService("redis", async () => {
      await ask(question);
      await damage(question, { body }, ["postgres"]);
      expect(await ask(question, minutesLater(1))).toMatchObject({ freshness: "fresh" });
      expect(await ask(question, minutesLater(2))).toMatchObject({ freshness: "cached" });
    });
    expect(callsOf(question)).toBe(2);
  });

  test("is left out where stored answers are read", async () => {
    const question = counting();
    const { answer } = await ask(question);
    await damage(question, { body }, ["redis"]);
    expect(await storedInRedis(question.provider, [question.criteria])).toEqual([undefined]);
    expect(await stored(question.provider, [question.criteria])).toEqual([answer]);
    await damage(question, { body }, ["postgres"]);
    expect(await stored(question.provider, [question.criteria])).toEqual([undefined]);
  });
});

test.each([
  ["the moment of the search is no date", { at: "then" }],
  ["the end of freshness is no date", { until: "zzzz" }],
  ["the end of a failure is no date", { fault: "timeout", faultUntil: "zzzz", until: "2026-01-01T00:00:00.000Z" }],
  [
    "a failure has an unknown reason",
    { fault: "?", faultUntil: minutesLater(9).toISOString(), until: at.toISOString() },
  ],
])("an entry in which %s keeps no search waiting", async (_, fields) => {
  const question = counting();
  await ask(question);
  await damage(question, fields, ["redis"]);
  expect(await ask(question, minutesLater(1))).toMatchObject({ answer: { status: "ok" } });
  expect(callsOf(question)).toBeLessThanOrEqual(2);
});

test.each(["at", "body"])("an entry without its field `%s` keeps no search waiting", async (field) => {
  const question = counting();
  await ask(question);
  await redis.hdel(`flight:${question.key}`, field);
  expect(await ask(question, minutesLater(1))).toMatchObject({ answer: { status: "ok" } });
});

test("a key of another type is a miss", async () => {
  const question = counting();
  await redis.set(`flight:${question.key}`, "text", { ex: 60 });
  expect(await ask(question)).toMatchObject({ freshness: "fresh" });
});

test("an unreadable answer is logged and counted", async () => {
  const question = counting();
  await ask(question);
  await damage(question, { body: "???" }, ["redis"]);
  expect(await metricLines(() => storedInRedis(question.provider, [question.criteria]))).toContainEqual(
    expect.objectContaining({ RowsAtFault: 1 }),
  );
});
