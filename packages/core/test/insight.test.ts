import fc from "fast-check";
import * as v from "valibot";
import { beforeEach, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as Fare from "../src/fare.ts";
import * as Flight from "../src/flight.ts";
import * as Insight from "../src/insight.ts";
import * as a from "./support/factory.ts";
import {
  addObservations,
  expectedInsight,
  type FareObservation,
  noComparison,
  type Observation,
  pounds,
  recordObservations,
  type Tracked,
} from "./support/insight.ts";
import { interceptRequests, withoutService } from "./support/network.ts";
import { factor, runs } from "./support/runs.ts";

const day = 86_400_000;
const at = new Date("2026-11-22T12:00:00Z");
const ago = (days: number, hours = 0) => new Date(at.getTime() - days * day - hours * 3_600_000);
const ahead = (days: number) => new Date(at.getTime() + days * day).toISOString().slice(0, 10);

/** Observations at these prices, two per day, going back from one day before `at`. */
const twiceDaily = (prices: number[]): Observation[] =>
  prices.map((price, index) => ({ price, at: ago(1 + Math.floor(index / 2), index % 2 ? 6 : 0) }));

let route: { origin: string; destination: string; departureDate: string };
const query = (over: object = {}) => ({ ...route, currency: "GBP", ...over });
const insight = (over: object = {}) => Insight.get(query(over), at);

beforeEach(() => {
  route = { ...a.route(), departureDate: ahead(60) };
});

test("a price is compared with its own dates: lowest, quartiles, median, rank and days", async () => {
  const prices = Array.from({ length: 40 }, (_, index) => (index + 1) * 100);
  await recordObservations(route, twiceDaily(prices));
  const found = await insight({ price: "10.00" });
  expect(v.parse(Insight.Result, found)).toEqual(found);
  const known = { date: route.departureDate, cheapest: pounds(100), searchedAt: ago(1).toISOString() };
  expect(found).toEqual({
    sample: { of: "dates", observations: 40, days: 20 },
    lowest: pounds(100),
    highest: pounds(4000),
    quartiles: { lower: pounds(1000), upper: pounds(3000) },
    median: pounds(2000),
    trend: Array.from({ length: 20 }, (_, index) => ({
      date: ago(20 - index)
        .toISOString()
        .slice(0, 10),
      lowest: pounds(3900 - 200 * index),
      median: pounds(3900 - 200 * index),
    })),
    price: pounds(1000),
    rank: 22,
    verdict: "low",
    best: { within3Days: known, within7Days: known },
  });
});

test.each([
  ["10.01", "typical"],
  ["29.99", "typical"],
  ["30.00", "typical"],
  ["30.01", "high"],
  ["0.01", "low"],
  ["999999999.99", "high"],
])("of prices from 1.00 to 40.00, %s is %s", async (price, verdict) => {
  await recordObservations(route, twiceDaily(Array.from({ length: 40 }, (_, index) => (index + 1) * 100)));
  expect(await insight({ price })).toMatchObject({ verdict });
});

test("the most common price is neither low nor high", async () => {
  await recordObservations(route, twiceDaily(Array(40).fill(2000)));
  expect(await insight({ price: "20.00" })).toMatchObject({ verdict: "typical", rank: 0 });
  expect(await insight({ price: "19.99" })).toMatchObject({ verdict: "low", rank: 0 });
  expect(await insight({ price: "20.01" })).toMatchObject({ verdict: "high", rank: 100 });
});

test("a price that many others equal is high only above three quarters of them", async () => {
  const steps = [...Array(20).fill(2000), ...Array(16).fill(3000), ...Array(4).fill(3500)];
  await recordObservations(route, twiceDaily(steps));
  expect(await insight({ price: "30.00" })).toMatchObject({
    quartiles: { lower: pounds(2000), upper: pounds(3000) },
    highest: pounds(3500),
    rank: 50,
    verdict: "typical",
  });
  expect(await insight({ price: "35.00" })).toMatchObject({ rank: 90, verdict: "high" });
});

test("30 observations on 14 days are enough, one fewer of either is not", async () => {
  const spread = (observations: number, days: number) =>
    Array.from({ length: observations }, (_, index) => ({
      at: ago(1 + (index % days), index / 10),
      price: 2000 + index,
    }));
  await recordObservations(route, spread(29, 14));
  expect(await insight({ price: "20.00" })).toMatchObject({ ...noComparison, sample: { observations: 29, days: 14 } });
  await recordObservations({ ...route, maxStops: 0 }, [{ at: ago(1, 3), price: 3000 }]);
  expect(await insight({ price: "20.00" })).toMatchObject({ sample: { observations: 30, days: 14 }, verdict: "low" });
  route = { ...a.route(), departureDate: ahead(60) };
  await recordObservations(route, spread(60, 13));
  expect(await insight({ price: "20.00" })).toMatchObject({ ...noComparison, sample: { observations: 60, days: 13 } });
});

test("a route without observations has no comparison", async () => {
  const noBest = { within3Days: null, within7Days: null };
  const sample = { of: "route", observations: 0, days: 0 };
  expect(await insight()).toEqual({ ...noComparison, sample, price: null, best: noBest });
  expect(await insight({ price: "12.50" })).toEqual({ ...noComparison, sample, price: pounds(1250), best: noBest });
});

test("without a price the last known one is used: a stored answer's, else a watched fare's of 48 hours", async () => {
  await recordObservations(route, [...twiceDaily(Array(40).fill(2000)), { at: ago(0, 1), price: 1500 }]);
  expect(await insight()).toMatchObject({ price: pounds(1500), verdict: "low" });
  const { items } = await Flight.search(query(), ago(0, 0.5));
  expect(await insight()).toMatchObject({ price: items[0]?.total ?? null });
  expect(await insight({ price: "30.00" })).toMatchObject({ price: pounds(3000), verdict: "high" });
  await withoutService("redis", async () =>
    expect(await insight()).toMatchObject({ price: pounds(1500), verdict: "low" }),
  );
  route = { ...a.route(), departureDate: ahead(60) };
  await recordObservations(
    route,
    twiceDaily(Array(40).fill(2000)).map((each) => ({ ...each, at: new Date(each.at.getTime() - 2 * day) })),
  );
  expect(await insight()).toMatchObject({ price: null, rank: null, verdict: "not enough data", median: pounds(2000) });
});

test("the best days are the cheapest within 3 and 7 days, for equal nights; the nearest of equals", async () => {
  const recordFare = (offset: number, price: number, nights = 5, over: object = {}) =>
    recordObservations(
      { ...route, departureDate: ahead(60 + offset), returnDate: ahead(60 + offset + nights), ...over },
      [{ at: ago(1), price }],
    );
  await recordFare(0, 5000);
  await recordFare(-2, 4000);
  await recordFare(3, 4000);
  await recordFare(7, 3000);
  await recordFare(8, 1000);
  await recordFare(1, 1000, 6);
  await recordFare(1, 1000, 5, { adults: 2 });
  await recordFare(2, 1000, 5, { currency: "EUR" });
  const day = (offset: number, price: number) => {
    return { date: ahead(60 + offset), cheapest: pounds(price), searchedAt: ago(1).toISOString() };
  };
  expect(await insight({ returnDate: ahead(65) })).toMatchObject({
    price: pounds(5000),
    best: { within3Days: day(-2, 4000), within7Days: day(7, 3000) },
  });
});

test("a past day is not a best day", async () => {
  for (const offset of [-1, 0, 1]) {
    await recordObservations({ ...route, departureDate: ahead(offset) }, [
      { at: ago(1, 1), price: 3000 + 1000 * offset },
    ]);
  }
  expect(await insight({ departureDate: ahead(0) })).toMatchObject({
    best: { within3Days: { cheapest: pounds(3000) } },
  });
});

test("for any fares, days and parties the comparison is as documented, noted or rolled up", {
  timeout: 120_000 * factor,
}, async () => {
  const fare = fc.record({
    departureDate: fc.constantFrom(0, 1, 2, 30).map((days) => ahead(60 + days)),
    stay: fc.constantFrom(null, null, 7),
    cabin: fc.constantFrom("economy", "economy", "economy", "business"),
    currency: fc.constantFrom("GBP", "GBP", "GBP", "EUR"),
    adults: fc.integer({ min: 1, max: 4 }),
    childAges: fc.constantFrom<number[]>([], [4, 9, 12]),
    maxStops: fc.constantFrom(null, 0, 1, 2),
  });
  const observation = fc.record({
    at: fc.integer({ min: -24, max: 95 * 24 }).map((hours) => ago(0, hours)),
    price: fc.integer({ min: 1, max: 400 }),
    status: fc.constantFrom("ok", "ok", "ok", "partial", "ghost"),
    source: fc.constantFrom(...Array<string>(9).fill("simulator"), "duffel"),
  });
  const unique = {
    selector: ({ at: moment, status }: { at: Date; status: string }) => `${moment.getTime()} ${status}`,
  };
  const fares = fc.uniqueArray(
    fc.tuple(fare, fc.uniqueArray(observation, { minLength: 80, maxLength: 140, ...unique })),
    {
      selector: ([fare]) => JSON.stringify(fare),
      minLength: 2,
      maxLength: 8,
    },
  );
  const question = fc.record({
    adults: fc.integer({ min: 1, max: 3 }),
    stay: fc.constantFrom(null, null, 7),
    price: fc.integer({ min: 1, max: 600 }),
  });
  /** When the roll-up runs, hours before or after; how many observations of each fare it finds; when it is asked. */
  const rolled = fc.record({
    ago: fc.integer({ min: -6, max: 5 * 24 }),
    found: fc.nat(60),
    asked: fc.constantFrom(0, 1, 30 * 3_600_000, 47 * 3_600_000 - 1),
  });
  const outcomes = new Set<string>();
  const property = async (
    all: [Omit<Tracked, "origin" | "destination"> & { stay: number | null }, Observation[]][],
    party: { adults: number; stay: number | null; price: number },
    { ago: late, found, asked }: { ago: number; found: number; asked: number },
  ) => {
    route = { ...a.route(), departureDate: ahead(60) };
    const recorded: (FareObservation & { id: string })[] = [];
    for (const [{ stay, ...criteria }, checks] of all) {
      const returnDate =
        stay === null ? null : new Date(Date.parse(criteria.departureDate) + stay * day).toISOString().slice(0, 10);
      const fare = { ...route, ...criteria, returnDate };
      const id = await recordObservations(fare, checks.slice(0, found));
      recorded.push(...checks.map((check) => ({ ...check, fare, id })));
    }
    const trip = { ...route, adults: party.adults, returnDate: party.stay === null ? null : ahead(60 + party.stay) };
    const compare = async (known: FareObservation[]) => {
      for (const moment of new Set([at.getTime(), at.getTime() - asked])) {
        const then = new Date(moment);
        const { price, best, ...comparison } = await Insight.get(
          { ...trip, currency: "GBP", price: (party.price / 100).toFixed(2) },
          then,
        );
        outcomes.add(`${comparison.sample.of} ${comparison.verdict}`);
        expect(comparison).toEqual(expectedInsight(known, trip, party.price, then));
      }
    };
    await Fare.rollUp(ago(0, late));
    for (const id of new Set(recorded.map(({ id }) => id))) {
      await addObservations(id, recorded.filter((each) => each.id === id).slice(found));
    }
    await compare(recorded);
    const gone = recorded[0]!.id;
    await sql`delete from fares where fares.id = ${gone}`;
    const left = recorded.filter(({ id }) => id !== gone);
    await compare(left);
    await Fare.rollUp(at);
    await compare(left);
  };
  await fc.assert(fc.asyncProperty(fares, question, rolled, property), { numRuns: runs(10), endOnFailure: true });
  // Few runs find few kinds of answers.
  expect([...outcomes].filter((each) => !each.endsWith("data")).length).toBeGreaterThan(runs(10) > 10 ? 2 : 0);
});

test("an insight takes one request to Redis and one to Postgres", async () => {
  await recordObservations(route, twiceDaily(Array(40).fill(2000)));
  const services: string[] = [];
  await interceptRequests(
    (service) => void services.push(service),
    () => insight(),
  );
  expect(services.sort()).toEqual(["postgres", "redis"]);
});
