import fc from "fast-check";
import * as v from "valibot";
import { beforeEach, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Flight from "../src/flight.ts";
import * as Insight from "../src/insight.ts";
import * as a from "./support/factory.ts";
import { interceptRequests, withoutService } from "./support/network.ts";

const day = 86_400_000;
const at = new Date("2026-11-22T12:00:00Z");
const ago = (days: number, hours = 0) => new Date(at.getTime() - days * day - hours * 3_600_000);
const ahead = (days: number) => new Date(at.getTime() + days * day).toISOString().slice(0, 10);
const pounds = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: "GBP" });

type Fare = {
  origin: string;
  destination: string;
  departureDate: string;
  returnDate?: string | null;
  cabin?: string;
  adults?: number;
  childAges?: number[];
  infants?: number;
  currency?: string;
  maxStops?: number | null;
};
type Observation = { at: Date; price: number; status?: string };

/** Inserts a fare with its observations. Its last price is that of the last ok observation. */
async function recordObservations(fare: Fare, observations: Observation[]): Promise<void> {
  const { origin, destination, departureDate, returnDate = null, cabin = "economy", currency = "GBP" } = fare;
  const { adults = 1, childAges = [], infants = 0, maxStops = null } = fare;
  const ok = observations
    .filter(({ status = "ok" }) => status === "ok")
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = ok.at(-1);
  await sql`
    with fare as (
      insert into fares
        (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency,
         status, price, priced_at, source)
      values
        (${newId("far")}, ${origin}, ${destination}, ${departureDate}, ${returnDate}, ${cabin}, ${maxStops}, ${adults},
         ${childAges}::smallint[], ${infants}, ${currency}, 'ok', ${last?.price ?? null}, ${last?.at ?? null}, 'simulator')
      returning id
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select fare.id, observed.at, observed.status, observed.price, 'simulator'
      from fare
     cross join unnest(
             ${observations.map((each) => each.at.toISOString())}::timestamptz[],
             ${observations.map(({ status = "ok" }) => status)}::text[],
             ${observations.map(({ price }) => price)}::bigint[]
           ) as observed (at, status, price)`;
}

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
  ["30.00", "high"],
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

const noComparison = { lowest: null, quartiles: null, median: null, trend: [], rank: null, verdict: "not enough data" };

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

type FareObservation = Observation & { fare: Fare };
const seats = ({ adults = 1, childAges = [] }: Fare) => adults + childAges.length;
const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
const leadBucket = (departureDate: string, moment: Date) => {
  const days = (Date.parse(departureDate) - Date.parse(dayOf(moment))) / day;
  return days <= 7 ? 0 : days <= 30 ? 1 : days <= 90 ? 2 : 3;
};

/** The comparison that docs/flights.md describes, computed in the plainest way. */
function expectedInsight(all: FareObservation[], question: Fare, price: number) {
  const comparable = all.filter(
    ({ fare, at: moment, status = "ok" }) =>
      status === "ok" &&
      moment < at &&
      moment.getTime() >= at.getTime() - 90 * day &&
      (fare.cabin ?? "economy") === "economy" &&
      (fare.currency ?? "GBP") === "GBP",
  );
  const ofDates = comparable.filter(
    ({ fare }) =>
      fare.departureDate === question.departureDate && (fare.returnDate ?? null) === (question.returnDate ?? null),
  );
  const enough = (sample: FareObservation[]) =>
    sample.length >= 30 && new Set(sample.map((each) => dayOf(each.at))).size >= 14;
  const ofRoute = comparable.filter(
    ({ fare, at: moment }) =>
      Boolean(fare.returnDate) === Boolean(question.returnDate) &&
      leadBucket(fare.departureDate, moment) === leadBucket(question.departureDate, at),
  );
  const chosen = enough(ofDates) ? ofDates : ofRoute;
  const days = [...new Set(chosen.map((each) => dayOf(each.at)))].sort();
  const sample = { of: enough(ofDates) ? "dates" : "route", observations: chosen.length, days: days.length };
  if (!enough(chosen)) return { ...noComparison, sample };
  // Compares prices per passenger by cross-multiplication, as these need not be whole numbers.
  const ranked = (observations: FareObservation[]) =>
    observations.toSorted((a, b) => a.price * seats(b.fare) - b.price * seats(a.fare));
  const total = ({ price, fare }: FareObservation) => Math.floor((price * seats(question)) / seats(fare));
  const percentile = (observations: FareObservation[], fraction: number) =>
    total(ranked(observations)[Math.max(1, Math.ceil(fraction * observations.length)) - 1]!);
  const [lower, median, upper] = [percentile(chosen, 0.25), percentile(chosen, 0.5), percentile(chosen, 0.75)];
  const below = chosen.filter((each) => each.price * seats(question) < price * seats(each.fare)).length;
  return {
    sample,
    lowest: pounds(percentile(chosen, 0)),
    quartiles: { lower: pounds(lower), upper: pounds(upper) },
    median: pounds(median),
    trend: days.map((date) => {
      const ofDay = chosen.filter((each) => dayOf(each.at) === date);
      return { date, lowest: pounds(percentile(ofDay, 0)), median: pounds(percentile(ofDay, 0.5)) };
    }),
    rank: Math.floor((100 * below) / chosen.length),
    verdict: price <= lower && price < median ? "low" : price >= upper && price > median ? "high" : "typical",
  };
}

test("for any fares, days and parties the comparison is as documented", {
  timeout: 60_000,
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
  });
  const unique = {
    selector: ({ at: moment, status }: { at: Date; status: string }) => `${moment.getTime()} ${status}`,
  };
  const fares = fc.uniqueArray(
    fc.tuple(fare, fc.uniqueArray(observation, { minLength: 60, maxLength: 120, ...unique })),
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
  const outcomes = new Set<string>();
  const property = async (
    all: [Omit<Fare, "origin" | "destination"> & { stay: number | null }, Observation[]][],
    party: { adults: number; stay: number | null; price: number },
  ) => {
    route = { ...a.route(), departureDate: ahead(60) };
    const recorded: FareObservation[] = [];
    for (const [{ stay, ...criteria }, checks] of all) {
      const returnDate =
        stay === null ? null : new Date(Date.parse(criteria.departureDate) + stay * day).toISOString().slice(0, 10);
      const fare = { ...route, ...criteria, returnDate };
      await recordObservations(fare, checks);
      recorded.push(...checks.map((check) => ({ ...check, fare })));
    }
    const trip = { ...route, adults: party.adults, returnDate: party.stay === null ? null : ahead(60 + party.stay) };
    const found = await Insight.get({ ...trip, currency: "GBP", price: (party.price / 100).toFixed(2) }, at);
    const { price, best, ...comparison } = found;
    outcomes.add(`${comparison.sample.of} ${comparison.verdict}`);
    expect(comparison).toEqual(expectedInsight(recorded, trip, party.price));
  };
  await fc.assert(fc.asyncProperty(fares, question, property), { numRuns: 40 });
  expect([...outcomes].filter((each) => !each.endsWith("data")).length).toBeGreaterThan(2);
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
