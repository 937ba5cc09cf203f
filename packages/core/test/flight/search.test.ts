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
  question,
  rateLimited,
  sentTickets,
  stubProvider,
  uniqueCriteria,
} from "../support/provider.ts";

beforeEach(() => void sentTickets());

const cheap = stubProvider(() => ok(offer()));

test("the same criteria have the same key, whatever their order and case and whether defaults are said", () => {
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
  const keyOf = (given: object) => questionOf(cheap, v.parse(Criteria, given)).key;
  fc.assert(
    fc.property(
      fc.tuple(code, code).filter(([a, b]) => a.toUpperCase() !== b.toUpperCase()),
      fc.subarray(Object.keys(defaults)),
      fc.shuffledSubarray([2, 4, 9], { maxLength: 3 }),
      fc.integer(),
      ([origin, destination], said, childAges, seed) => {
        const plain = { origin, destination, departureDate: "2027-03-01", childAges };
        const spelt = Object.fromEntries(said.map((name) => [name, defaults[name as keyof typeof defaults]]));
        const whole = { ...spelt, ...plain, origin: origin.toLowerCase(), childAges: childAges.toReversed() };
        const shuffled = Object.entries(whole).sort(([a], [b]) => (a + seed > b + seed ? 1 : -1));
        expect(keyOf(Object.fromEntries(shuffled))).toBe(keyOf(plain));
        expect(keyOf({ ...plain, origin: destination, destination: origin })).not.toBe(keyOf(plain));
      },
    ),
  );
  expect(questionOf({ ...cheap, name: "other" }, v.parse(Criteria, uniqueCriteria())).key).not.toBe(
    keyOf(uniqueCriteria()),
  );
});

test("an answer is fresh ten minutes and one for each day to departure, an hour at most, or a tenth less", () => {
  const answers = (expires: number) => ok(offer(1, minutesLater(600)), offer(2, minutesLater(expires)));
  const minutes = (answer: Answer, departureDate: string, key: string) => {
    const criteria = v.parse(Criteria, uniqueCriteria({ departureDate }));
    return (freshUntil(key, answer, criteria, at).getTime() - at.getTime()) / 60_000;
  };
  fc.assert(
    fc.property(fc.string(), (key) => {
      const between = (answer: Answer, departureDate: string, whole: number) => {
        const drawn = minutes(answer, departureDate, key);
        expect(drawn).toBeLessThanOrEqual(whole);
        expect(drawn).toBeGreaterThan(whole * 0.9 - 0.01);
        expect(minutes(answer, departureDate, key)).toBe(drawn);
      };
      between(answers(600), "2026-11-22", 10);
      between(answers(600), "2026-12-13", 30.5);
      between(answers(600), "2027-06-01", 60);
      between(answers(25), "2027-06-01", 20);
      between(answers(4), "2027-06-01", 0);
      between(noResults, "2027-06-01", 2);
      between({ status: "partial", offers: [offer()] }, "2027-06-01", 1);
    }),
  );
  const draws = new Set(Array.from({ length: 50 }, (_, n) => minutes(answers(600), "2027-06-01", String(n))));
  expect(draws.size).toBe(50);
});

test("what is stored is told with its own moment, as cached until it is not fresh any more and as stale from then on", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const { known } = await find(asked, at);
  const end = Date.parse(known.freshUntil);
  expect(await find(asked, new Date(end - 1))).toEqual({ known, freshness: "cached" });
  expect(await find(asked, new Date(end))).toEqual({ known, freshness: "stale" });
  expect(asked.provider).toMatchObject({ calls: [{ purpose: "person" }] });
});

test("that there are no flights is an answer; what only some providers said is one for a minute", async () => {
  for (const answer of [noResults, { status: "partial", offers: [offer()] } satisfies Answer]) {
    const asked = question(stubProvider(() => answer));
    expect(await find(asked, at)).toMatchObject({ known: { status: answer.status }, freshness: "fresh" });
    expect(await find(asked, minutesLater(0.8))).toMatchObject({
      known: { status: answer.status },
      freshness: "cached",
    });
    expect(await find(asked, minutesLater(2.1))).toMatchObject({
      known: { status: answer.status },
      freshness: "stale",
    });
  }
});

test("thirty offers fit in a few kilobytes of Redis, and stay there for a day", async () => {
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

test("of more than a thousand offers the cheapest are kept, and fewer where they would pass Upstash's limit", async () => {
  const noise = () => Array.from({ length: 300 }, () => Math.random().toString(36).slice(2)).join("");
  const many = (count: number, reference: () => string) =>
    Array.from({ length: count }, (_, total) => ({ ...offer(total), reference: reference() }));
  const long = question(stubProvider(() => ok(...(many(1_500, () => "x") as [ReturnType<typeof offer>]))));
  expect((await find(long, at)).known.offers).toHaveLength(1_000);
  const huge = question(stubProvider(() => ok(...(many(1_000, noise) as [ReturnType<typeof offer>]))));
  await find(huge, at);
  const [stored] = await Search.known(huge.provider, [huge.criteria]);
  expect(stored?.offers.map(({ total }) => total)).toEqual(Array.from({ length: 250 }, (_, total) => total));
  expect(await redis.hstrlen(`flight:${huge.key}`, "body")).toBeLessThan(limits.characters);
});

test("a cold search: one provider call, two requests to Redis and two to Postgres; a stale one: a request to Redis", async () => {
  await find(question(cheap), at);
  const asked = question(stubProvider(() => ok(offer())));
  expect(await counted(() => find(asked, at))).toEqual({ redis: 2, postgres: 2 });
  expect(await counted(() => find(asked, minutesLater(5)))).toEqual({ redis: 1, postgres: 0 });
  expect(await counted(() => find(asked, minutesLater(70)))).toEqual({ redis: 1, postgres: 0 });
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
});

test("who finds it stale first leaves a ticket, and nobody else while it is renewed", async () => {
  const asked = question(stubProvider((before) => ok(offer(100 + before))));
  await find(asked, at);
  const shown = await Promise.all(Array.from({ length: 20 }, () => find(asked, minutesLater(70))));
  expect(shown.map(({ freshness }) => freshness)).toEqual(Array(20).fill("stale"));
  const [ticket, ...more] = sentTickets();
  expect(more).toEqual([]);

  await Search.refresh(asked.provider, ticket, minutesLater(70));
  expect(asked.provider).toMatchObject({ calls: [{ purpose: "person" }, { purpose: "background" }] });
  const found = await find(asked, minutesLater(71));
  expect(found).toMatchObject({ freshness: "cached", known: { offers: [{ total: 101 }] } });
});

test("a ticket delivered twice, at once or late, asks the provider once", async () => {
  const asked = question(stubProvider((before) => ok(offer(100 + before))));
  await find(asked, at);
  await find(asked, minutesLater(70));
  const [ticket] = sentTickets();
  await Promise.all([1, 2, 3].map(() => Search.refresh(asked.provider, ticket, minutesLater(70))));
  await Search.refresh(asked.provider, ticket, minutesLater(75));
  expect(asked.provider).toMatchObject({ calls: { length: 2 } });
});

test("a ticket taken up so late that somebody else left another leaves the renewal to that", async () => {
  const asked = question(stubProvider((before) => ok(offer(100 + before))));
  await find(asked, at);
  await find(asked, minutesLater(70));
  await redis.del(`flight:${asked.key}:lease`);
  await find(asked, minutesLater(70.1));
  const [late, next] = [...sentTickets(), ...sentTickets()];
  await Search.refresh(asked.provider, late, minutesLater(70.2));
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  await Search.refresh(asked.provider, next, minutesLater(70.2));
  expect(await find(asked, minutesLater(71))).toMatchObject({
    freshness: "cached",
    known: { offers: [{ total: 101 }] },
  });
});

test("a ticket for a day that is over is past its use; one that is none is an error", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const token = crypto.randomUUID();
  await Search.refresh(asked.provider, { criteria: { ...asked.criteria, departureDate: "2026-11-21" }, token }, at);
  expect(asked.provider).toMatchObject({ calls: { length: 0 } });
  for (const ticket of [null, {}, { criteria: asked.criteria }, { criteria: asked.criteria, token: "x" }])
    await expect(Search.refresh(asked.provider, ticket, at)).rejects.toMatchObject({ name: "ValiError" });
});

test("a renewal that failed is tried again, by a new ticket, and what is stored stays shown", async () => {
  const answers = [ok(offer(100)), rateLimited, ok(offer(102))];
  const asked = question(stubProvider((before) => answers[before] as Answer));
  await find(asked, at);
  await find(asked, minutesLater(70));
  await Search.refresh(asked.provider, sentTickets()[0], minutesLater(70));
  expect(await find(asked, minutesLater(70.2))).toMatchObject({
    freshness: "stale",
    known: { offers: [{ total: 100 }] },
  });
  expect(sentTickets()).toEqual([]);
  await find(asked, minutesLater(70.3));
  await Search.refresh(asked.provider, sentTickets()[0], minutesLater(70.3));
  expect(await find(asked, minutesLater(71))).toMatchObject({
    freshness: "cached",
    known: { offers: [{ total: 102 }] },
  });
});

test("what is known is read for many criteria at once, from Redis in one request and the rest from Postgres in one", async () => {
  const all = [1, 2, 3, 4].map((total) => question(stubProvider(() => ok(offer(total)))));
  for (const asked of all.slice(0, 3)) await find(asked, at);
  await redis.del(`flight:${all[1]?.key}`);
  let found: Awaited<ReturnType<typeof Search.known>> = [];
  const cost = await counted(async () => {
    found = await Search.known(
      cheap,
      all.map(({ criteria }) => criteria),
    );
  });
  expect(cost).toEqual({ redis: 1, postgres: 1 });
  expect(found.map((known) => known?.offers[0]?.total)).toEqual([1, 2, 3, undefined]);
});

test("the durable copy says what it is", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const { known } = await find(asked, at);
  const [row] = await sql`
    select flight_cache.origin_code, flight_cache.results, flight_cache.searched_at, flight_cache.expires_at
      from flight_cache
     where flight_cache.search_params_hash = ${asked.key}`;
  expect(row).toEqual({
    origin_code: "STN",
    results: { status: "ok", offers: 1, providers: [{ name: "stub", status: "ok" }] },
    searched_at: at,
    expires_at: new Date(known.freshUntil),
  });
});
