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
type Seen = { at: Date; price: number; status?: string };

/** A fare and what was observed of it; its last price is that of the last ok observation. */
async function observed(fare: Fare, seen: Seen[]): Promise<void> {
  const { origin, destination, departureDate, returnDate = null, cabin = "economy", currency = "GBP" } = fare;
  const { adults = 1, childAges = [], infants = 0, maxStops = null } = fare;
  const ok = seen.filter(({ status = "ok" }) => status === "ok").sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = ok.at(-1);
  await sql`
    with fare as (
      insert into fares
        (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency,
         status, price, priced_at)
      values
        (${newId("far")}, ${origin}, ${destination}, ${departureDate}, ${returnDate}, ${cabin}, ${maxStops}, ${adults},
         ${childAges}::smallint[], ${infants}, ${currency}, 'ok', ${last?.price ?? null}, ${last?.at ?? null})
      returning id
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select fare.id, seen.at, seen.status, seen.price, 'test'
      from fare
     cross join unnest(
             ${seen.map((one) => one.at.toISOString())}::timestamptz[],
             ${seen.map(({ status = "ok" }) => status)}::text[],
             ${seen.map(({ price }) => price)}::bigint[]
           ) as seen (at, status, price)`;
}

/** Prices twice a day, going back from a day before `at`. */
const twice = (prices: number[]): Seen[] =>
  prices.map((price, index) => ({ price, at: ago(1 + Math.floor(index / 2), index % 2 ? 6 : 0) }));

let route: { origin: string; destination: string; departureDate: string };
const asked = (over: object = {}) => ({ ...route, currency: "GBP", ...over });
const about = (over: object = {}) => Insight.get(asked(over), at);

beforeEach(() => {
  route = { ...a.route(), departureDate: ahead(60) };
});

test("a price is told by the observations of its own dates: lowest, quartiles, median, rank and days", async () => {
  const prices = Array.from({ length: 40 }, (_, index) => (index + 1) * 100);
  await observed(route, twice(prices));
  const found = await about({ price: "10.00" });
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
  await observed(route, twice(Array.from({ length: 40 }, (_, index) => (index + 1) * 100)));
  expect(await about({ price })).toMatchObject({ verdict });
});

test("where one price is asked most of the time it is neither low nor high", async () => {
  await observed(route, twice(Array(40).fill(2000)));
  expect(await about({ price: "20.00" })).toMatchObject({ verdict: "typical", rank: 0 });
  expect(await about({ price: "19.99" })).toMatchObject({ verdict: "low", rank: 0 });
  expect(await about({ price: "20.01" })).toMatchObject({ verdict: "high", rank: 100 });
});

const silent = { lowest: null, quartiles: null, median: null, trend: [], rank: null, verdict: "not enough data" };

test("30 observations on 14 days are enough, one fewer of either is not", async () => {
  const spread = (observations: number, days: number) =>
    Array.from({ length: observations }, (_, index) => ({
      at: ago(1 + (index % days), index / 10),
      price: 2000 + index,
    }));
  await observed(route, spread(29, 14));
  expect(await about({ price: "20.00" })).toMatchObject({ ...silent, sample: { observations: 29, days: 14 } });
  await observed({ ...route, maxStops: 0 }, [{ at: ago(1, 3), price: 3000 }]);
  expect(await about({ price: "20.00" })).toMatchObject({ sample: { observations: 30, days: 14 }, verdict: "low" });
  route = { ...a.route(), departureDate: ahead(60) };
  await observed(route, spread(60, 13));
  expect(await about({ price: "20.00" })).toMatchObject({ ...silent, sample: { observations: 60, days: 13 } });
});

test("of a route that nobody has watched nothing is said but that", async () => {
  const nothing = { within3Days: null, within7Days: null };
  const sample = { of: "route", observations: 0, days: 0 };
  expect(await about()).toEqual({ ...silent, sample, price: null, best: nothing });
  expect(await about({ price: "12.50" })).toEqual({ ...silent, sample, price: pounds(1250), best: nothing });
});

test("without a price the last one known counts: a stored answer's, else a watched fare's of 48 hours", async () => {
  await observed(route, [...twice(Array(40).fill(2000)), { at: ago(0, 1), price: 1500 }]);
  expect(await about()).toMatchObject({ price: pounds(1500), verdict: "low" });
  const { items } = await Flight.search(asked(), ago(0, 0.5));
  expect(await about()).toMatchObject({ price: items[0]?.total ?? null });
  expect(await about({ price: "30.00" })).toMatchObject({ price: pounds(3000), verdict: "high" });
  await withoutService("redis", async () =>
    expect(await about()).toMatchObject({ price: pounds(1500), verdict: "low" }),
  );
  route = { ...a.route(), departureDate: ahead(60) };
  await observed(
    route,
    twice(Array(40).fill(2000)).map((seen) => ({ ...seen, at: new Date(seen.at.getTime() - 2 * day) })),
  );
  expect(await about()).toMatchObject({ price: null, rank: null, verdict: "not enough data", median: pounds(2000) });
});

test("the best days to fly are the cheapest known within three and seven, for a stay as long, the nearest of equals", async () => {
  const flown = (offset: number, price: number, nights = 5, over: object = {}) =>
    observed({ ...route, departureDate: ahead(60 + offset), returnDate: ahead(60 + offset + nights), ...over }, [
      { at: ago(1), price },
    ]);
  await flown(0, 5000);
  await flown(-2, 4000);
  await flown(3, 4000);
  await flown(7, 3000);
  await flown(8, 1000);
  await flown(1, 1000, 6);
  await flown(1, 1000, 5, { adults: 2 });
  await flown(2, 1000, 5, { currency: "EUR" });
  const day = (offset: number, price: number) => {
    return { date: ahead(60 + offset), cheapest: pounds(price), searchedAt: ago(1).toISOString() };
  };
  expect(await about({ returnDate: ahead(65) })).toMatchObject({
    price: pounds(5000),
    best: { within3Days: day(-2, 4000), within7Days: day(7, 3000) },
  });
});

test("a day gone by is not the best to fly", async () => {
  for (const offset of [-1, 0, 1]) {
    await observed({ ...route, departureDate: ahead(offset) }, [{ at: ago(1, 1), price: 3000 + 1000 * offset }]);
  }
  expect(await about({ departureDate: ahead(0) })).toMatchObject({ best: { within3Days: { cheapest: pounds(3000) } } });
});

type Observed = Seen & { fare: Fare };
const seats = ({ adults = 1, childAges = [] }: Fare) => adults + childAges.length;
const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
const lead = (departureDate: string, moment: Date) => {
  const days = (Date.parse(departureDate) - Date.parse(dayOf(moment))) / day;
  return days <= 7 ? 0 : days <= 30 ? 1 : days <= 90 ? 2 : 3;
};

/** The rule read aloud. */
function expected(all: Observed[], question: Fare, price: number) {
  const alike = all.filter(
    ({ fare, at: moment, status = "ok" }) =>
      status === "ok" &&
      moment < at &&
      moment.getTime() >= at.getTime() - 90 * day &&
      (fare.cabin ?? "economy") === "economy" &&
      (fare.currency ?? "GBP") === "GBP",
  );
  const same = alike.filter(
    ({ fare }) =>
      fare.departureDate === question.departureDate && (fare.returnDate ?? null) === (question.returnDate ?? null),
  );
  const enough = (seen: Observed[]) => seen.length >= 30 && new Set(seen.map((one) => dayOf(one.at))).size >= 14;
  const onRoute = alike.filter(
    ({ fare, at: moment }) =>
      Boolean(fare.returnDate) === Boolean(question.returnDate) &&
      lead(fare.departureDate, moment) === lead(question.departureDate, at),
  );
  const seen = enough(same) ? same : onRoute;
  const days = [...new Set(seen.map((one) => dayOf(one.at)))].sort();
  const sample = { of: enough(same) ? "dates" : "route", observations: seen.length, days: days.length };
  if (!enough(seen)) return { ...silent, sample };
  // By cross-multiplication: a price each is no whole number.
  const ranked = (some: Observed[]) =>
    some.toSorted((one, other) => one.price * seats(other.fare) - other.price * seats(one.fare));
  const total = ({ price, fare }: Observed) => Math.floor((price * seats(question)) / seats(fare));
  const mark = (some: Observed[], share: number) =>
    total(ranked(some)[Math.max(1, Math.ceil(share * some.length)) - 1]!);
  const [lower, median, upper] = [mark(seen, 0.25), mark(seen, 0.5), mark(seen, 0.75)];
  const below = seen.filter((one) => one.price * seats(question) < price * seats(one.fare)).length;
  return {
    sample,
    lowest: pounds(mark(seen, 0)),
    quartiles: { lower: pounds(lower), upper: pounds(upper) },
    median: pounds(median),
    trend: days.map((date) => {
      const those = seen.filter((one) => dayOf(one.at) === date);
      return { date, lowest: pounds(mark(those, 0)), median: pounds(mark(those, 0.5)) };
    }),
    rank: Math.floor((100 * below) / seen.length),
    verdict: price <= lower && price < median ? "low" : price >= upper && price > median ? "high" : "typical",
  };
}

test("whoever was observed, on whatever day and for however many, it is as the rule read aloud", {
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
  const seen = fc.record({
    at: fc.integer({ min: -24, max: 95 * 24 }).map((hours) => ago(0, hours)),
    price: fc.integer({ min: 1, max: 400 }),
    status: fc.constantFrom("ok", "ok", "ok", "partial", "ghost"),
  });
  const unique = {
    selector: ({ at: moment, status }: { at: Date; status: string }) => `${moment.getTime()} ${status}`,
  };
  const fares = fc.uniqueArray(fc.tuple(fare, fc.uniqueArray(seen, { minLength: 60, maxLength: 120, ...unique })), {
    selector: ([one]) => JSON.stringify(one),
    minLength: 2,
    maxLength: 8,
  });
  const question = fc.record({
    adults: fc.integer({ min: 1, max: 3 }),
    stay: fc.constantFrom(null, null, 7),
    price: fc.integer({ min: 1, max: 600 }),
  });
  const came = new Set<string>();
  const property = async (
    all: [Omit<Fare, "origin" | "destination"> & { stay: number | null }, Seen[]][],
    party: { adults: number; stay: number | null; price: number },
  ) => {
    route = { ...a.route(), departureDate: ahead(60) };
    const flat: Observed[] = [];
    for (const [{ stay, ...one }, checks] of all) {
      const returnDate =
        stay === null ? null : new Date(Date.parse(one.departureDate) + stay * day).toISOString().slice(0, 10);
      const fare = { ...route, ...one, returnDate };
      await observed(fare, checks);
      flat.push(...checks.map((check) => ({ ...check, fare })));
    }
    const trip = { ...route, adults: party.adults, returnDate: party.stay === null ? null : ahead(60 + party.stay) };
    const found = await Insight.get({ ...trip, currency: "GBP", price: (party.price / 100).toFixed(2) }, at);
    const { price, best, ...told } = found;
    came.add(`${told.sample.of} ${told.verdict}`);
    expect(told).toEqual(expected(flat, trip, party.price));
  };
  await fc.assert(fc.asyncProperty(fares, question, property), { numRuns: 40 });
  expect([...came].filter((one) => !one.endsWith("data")).length).toBeGreaterThan(2);
});

test("it takes one request to Redis and one to Postgres", async () => {
  await observed(route, twice(Array(40).fill(2000)));
  const services: string[] = [];
  await interceptRequests(
    (service) => void services.push(service),
    () => about(),
  );
  expect(services.sort()).toEqual(["postgres", "redis"]);
});
