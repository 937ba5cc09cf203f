import { counted } from "@travel-conductor/local/testing";
import fc from "fast-check";
import * as v from "valibot";
import { beforeEach, expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { freshUntil, limits, questionOf } from "../../src/flight/record.ts";
import * as Search from "../../src/flight/search.ts";
import { find } from "../../src/flight/singleflight.ts";
import { type Answer, Criteria } from "../../src/flight.ts";
import {
  at,
  minutesLater,
  noResults,
  offer,
  ok,
  rateLimited,
  sentTickets,
  stubProvider,
  uniqueCriteria,
  uniqueQuestion,
} from "../support/provider.ts";

beforeEach(() => void sentTickets());

const provider = stubProvider(() => ok(offer()));

test("equal criteria have equal keys, in any order and case, with or without the defaults", () => {
  const code = fc.constantFrom("STN", "bgy", "Lhr", "JFK", "mad");
  const defaults = {
    returnDate: null,
    adults: 1,
    childAges: [],
    infants: 0,
    cabin: "economy",
    maxStops: null,
    currency: "USD",
  };
  const keyOf = (input: object) => questionOf(provider, v.parse(Criteria, input)).key;
  fc.assert(
    fc.property(
      fc.tuple(code, code).filter(([a, b]) => a.toUpperCase() !== b.toUpperCase()),
      fc.subarray(Object.keys(defaults)),
      fc.shuffledSubarray([2, 4, 9], { maxLength: 3 }),
      fc.integer(),
      ([origin, destination], explicit, childAges, seed) => {
        const plain = { origin, destination, departureDate: "2027-03-01", childAges };
        const withDefaults = Object.fromEntries(
          explicit.map((name) => [name, defaults[name as keyof typeof defaults]]),
        );
        const whole = { ...withDefaults, ...plain, origin: origin.toLowerCase(), childAges: childAges.toReversed() };
        const shuffled = Object.entries(whole).sort(([a], [b]) => (a + seed > b + seed ? 1 : -1));
        expect(keyOf(Object.fromEntries(shuffled))).toBe(keyOf(plain));
        expect(keyOf({ ...plain, origin: destination, destination: origin })).not.toBe(keyOf(plain));
      },
    ),
  );
  expect(questionOf({ ...provider, name: "other" }, v.parse(Criteria, uniqueCriteria())).key).not.toBe(
    keyOf(uniqueCriteria()),
  );
});

test("an answer is fresh for ten minutes plus one per day to departure, at most an hour, less up to a tenth", () => {
  const answer = (expiresIn: number) => ok(offer(1, minutesLater(600)), offer(2, minutesLater(expiresIn)));
  const minutes = (answer: Answer, departureDate: string, key: string) => {
    const criteria = v.parse(Criteria, uniqueCriteria({ departureDate }));
    return (freshUntil(key, answer, criteria, at).getTime() - at.getTime()) / 60_000;
  };
  fc.assert(
    fc.property(fc.string(), (key) => {
      const expectUpTo = (answer: Answer, departureDate: string, maximum: number) => {
        const fresh = minutes(answer, departureDate, key);
        expect(fresh).toBeLessThanOrEqual(maximum);
        expect(fresh).toBeGreaterThan(maximum * 0.9 - 0.01);
        expect(minutes(answer, departureDate, key)).toBe(fresh);
      };
      expectUpTo(answer(600), "2026-11-22", 10);
      expectUpTo(answer(600), "2026-12-13", 30.5);
      expectUpTo(answer(600), "2027-06-01", 60);
      expectUpTo(answer(25), "2027-06-01", 20);
      expectUpTo(answer(4), "2027-06-01", 0);
      expectUpTo(noResults, "2027-06-01", 2);
      expectUpTo({ status: "partial", offers: [offer()] }, "2027-06-01", 1);
    }),
  );
  const lengths = new Set(Array.from({ length: 50 }, (_, n) => minutes(answer(600), "2027-06-01", String(n))));
  expect(lengths.size).toBe(50);
});

test("a stored answer keeps its time of search, and is cached while it is fresh and stale afterwards", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const { answer } = await find(question, at);
  const end = Date.parse(answer.freshUntil);
  expect(await find(question, new Date(end - 1))).toEqual({ answer, freshness: "cached" });
  expect(await find(question, new Date(end))).toEqual({ answer, freshness: "stale" });
  expect(question.provider).toMatchObject({ calls: [{ purpose: "person" }] });
});

test("an empty answer is stored, and a partial one is fresh for a minute", async () => {
  for (const answer of [noResults, { status: "partial", offers: [offer()] } satisfies Answer]) {
    const question = uniqueQuestion(stubProvider(() => answer));
    expect(await find(question, at)).toMatchObject({ answer: { status: answer.status }, freshness: "fresh" });
    expect(await find(question, minutesLater(0.8))).toMatchObject({
      answer: { status: answer.status },
      freshness: "cached",
    });
    expect(await find(question, minutesLater(2.1))).toMatchObject({
      answer: { status: answer.status },
      freshness: "stale",
    });
  }
});

test("thirty offers take less than 6,000 characters in Redis, and stay there for a day", async () => {
  await redis.flushdb();
  await Search.search(
    (await import("../../src/flight.ts")).provider,
    uniqueCriteria({ origin: "LHR", destination: "JFK" }),
    at,
  );
  const [, [key = ""]] = await redis.scan("0", { match: "flight:*", count: 1000 });
  expect(String(await redis.hget(key, "body")).length).toBeLessThan(6_000);
  expect(await redis.ttl(key)).toBeGreaterThan(86_400);
});

test("the cheapest thousand offers are stored, and fewer where they would pass Upstash's limit", async () => {
  const noise = () => Array.from({ length: 300 }, () => Math.random().toString(36).slice(2)).join("");
  const offers = (count: number, reference: () => string) =>
    Array.from({ length: count }, (_, total) => ({ ...offer(total), reference: reference() }));
  const many = uniqueQuestion(stubProvider(() => ok(...(offers(1_500, () => "x") as [ReturnType<typeof offer>]))));
  expect((await find(many, at)).answer.offers).toHaveLength(1_000);
  const huge = uniqueQuestion(stubProvider(() => ok(...(offers(1_000, noise) as [ReturnType<typeof offer>]))));
  await find(huge, at);
  const [stored] = await Search.stored(huge.provider, [huge.criteria]);
  expect(stored?.offers.map(({ total }) => total)).toEqual(Array.from({ length: 250 }, (_, total) => total));
  expect(await redis.hstrlen(`flight:${huge.key}`, "body")).toBeLessThan(limits.characters);
});

test("a cold search takes one provider call and two requests to each store; a stale one, one to Redis", async () => {
  await find(uniqueQuestion(provider), at);
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  expect(await counted(() => find(question, at))).toEqual({ redis: 2, postgres: 2 });
  expect(await counted(() => find(question, minutesLater(5)))).toEqual({ redis: 1, postgres: 0 });
  expect(await counted(() => find(question, minutesLater(70)))).toEqual({ redis: 1, postgres: 0 });
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
});

test("only the first search that finds an answer stale leaves a ticket, until it is refreshed", async () => {
  const question = uniqueQuestion(stubProvider((callsBefore) => ok(offer(100 + callsBefore))));
  await find(question, at);
  const found = await Promise.all(Array.from({ length: 20 }, () => find(question, minutesLater(70))));
  expect(found.map(({ freshness }) => freshness)).toEqual(Array(20).fill("stale"));
  const [ticket, ...more] = sentTickets();
  expect(more).toEqual([]);

  await Search.refresh(question.provider, ticket, minutesLater(70));
  expect(question.provider).toMatchObject({ calls: [{ purpose: "person" }, { purpose: "person", once: true }] });
  expect(await find(question, minutesLater(71))).toMatchObject({
    freshness: "cached",
    answer: { offers: [{ total: 101 }] },
  });
});

test("a ticket delivered again, concurrently or late, makes one provider call", async () => {
  const question = uniqueQuestion(stubProvider((callsBefore) => ok(offer(100 + callsBefore))));
  await find(question, at);
  await find(question, minutesLater(70));
  const [ticket] = sentTickets();
  await Promise.all([1, 2, 3].map(() => Search.refresh(question.provider, ticket, minutesLater(70))));
  await Search.refresh(question.provider, ticket, minutesLater(75));
  expect(question.provider).toMatchObject({ calls: { length: 2 } });
});

test("a ticket does nothing if it comes so late that another one was left", async () => {
  const question = uniqueQuestion(stubProvider((callsBefore) => ok(offer(100 + callsBefore))));
  await find(question, at);
  await find(question, minutesLater(70));
  await redis.del(`flight:${question.key}:lease`);
  await find(question, minutesLater(70.1));
  const [late, next] = [...sentTickets(), ...sentTickets()];
  await Search.refresh(question.provider, late, minutesLater(70.2));
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
  await Search.refresh(question.provider, next, minutesLater(70.2));
  expect(await find(question, minutesLater(71))).toMatchObject({
    freshness: "cached",
    answer: { offers: [{ total: 101 }] },
  });
});

test("a ticket for a past day does nothing, and an invalid one is an error", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const token = crypto.randomUUID();
  await Search.refresh(
    question.provider,
    { criteria: { ...question.criteria, departureDate: "2026-11-21" }, token },
    at,
  );
  expect(question.provider).toMatchObject({ calls: { length: 0 } });
  for (const ticket of [null, {}, { criteria: question.criteria }, { criteria: question.criteria, token: "x" }])
    await expect(Search.refresh(question.provider, ticket, at)).rejects.toMatchObject({ name: "ValiError" });
});

test("a failed refresh is retried by a new ticket, and the stored answer is still returned", async () => {
  const answers = [ok(offer(100)), rateLimited, ok(offer(102))];
  const question = uniqueQuestion(stubProvider((callsBefore) => answers[callsBefore] as Answer));
  await find(question, at);
  await find(question, minutesLater(70));
  await Search.refresh(question.provider, sentTickets()[0], minutesLater(70));
  expect(await find(question, minutesLater(70.2))).toMatchObject({
    freshness: "stale",
    answer: { offers: [{ total: 100 }] },
  });
  expect(sentTickets()).toEqual([]);
  await find(question, minutesLater(70.3));
  await Search.refresh(question.provider, sentTickets()[0], minutesLater(70.3));
  expect(await find(question, minutesLater(71))).toMatchObject({
    freshness: "cached",
    answer: { offers: [{ total: 102 }] },
  });
});

test("stored answers of several criteria take one request to Redis, and one to Postgres for the rest", async () => {
  const questions = [1, 2, 3, 4].map((total) => uniqueQuestion(stubProvider(() => ok(offer(total)))));
  for (const question of questions.slice(0, 3)) await find(question, at);
  await redis.del(`flight:${questions[1]?.key}`);
  let found: Awaited<ReturnType<typeof Search.stored>> = [];
  const cost = await counted(async () => {
    found = await Search.stored(
      provider,
      questions.map(({ criteria }) => criteria),
    );
  });
  expect(cost).toEqual({ redis: 1, postgres: 1 });
  expect(found.map((answer) => answer?.offers[0]?.total)).toEqual([1, 2, 3, undefined]);
});

test("the copy in Postgres describes itself in plain columns", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const { answer } = await find(question, at);
  const [row] = await sql`
    select flight_cache.origin_code, flight_cache.results, flight_cache.searched_at, flight_cache.expires_at
      from flight_cache
     where flight_cache.search_params_hash = ${question.key}`;
  expect(row).toEqual({
    origin_code: "STN",
    results: { status: "ok", offers: 1, providers: [{ name: "stub", status: "ok" }] },
    searched_at: at,
    expires_at: new Date(answer.freshUntil),
  });
});
