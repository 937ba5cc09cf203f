import { expect, test } from "vitest";
import data from "../../data/routes.json" with { type: "json" };
import * as Airport from "../../src/airport.ts";
import { kilometers } from "../../src/base/earth.ts";
import { bond, isShared, partners } from "../../src/flight/simulator/alliances.ts";
import type { Carrier } from "../../src/flight/simulator/carriers.ts";
import { readSchedule } from "../../src/flight/simulator/schedule.ts";
import { simulator } from "../../src/flight/simulator.ts";
import type { Criteria, Offer } from "../../src/flight.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 22, 10);
const airports = Airport.all();
const schedule = readSchedule(data as Parameters<typeof readSchedule>[0], airports);
const dated = (days: number) => new Date(now + days * day).toISOString().slice(0, 10);

async function search(origin: string, destination: string, over: Partial<Criteria> = {}, at = now): Promise<Offer[]> {
  const party = { adults: 1, childAges: [], infants: 0, cabin: "economy" as const, currency: "EUR" };
  const dates = { departureDate: "2027-03-10", returnDate: null, maxStops: null };
  return (await simulator.search({ ...party, ...dates, origin, destination, ...over }, new Date(at))).offers;
}

/** Whether tickets to other countries are sold from an airport: not where only low-cost airlines fly, or none abroad. */
function isConnected(airport: Airport.Airport): boolean {
  return [...schedule.from(airport)].some(
    ([code, services]) =>
      airports.get(code)?.country !== airport.country && services.some(({ carrier }) => isShared(carrier)),
  );
}

/** `count` pairs of airports of a size, always the same. */
function sample(size: number, count: number): [Airport.Airport, Airport.Airport][] {
  const all = [...airports.values()].filter((airport) => airport.size >= size);
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return all[Math.floor((state / 2 ** 32) * all.length)]!;
  };
  const pairs: [Airport.Airport, Airport.Airport][] = [];
  while (pairs.length < count) {
    const [from, to] = [next(), next()];
    if (kilometers(from.location, to.location) > 120) pairs.push([from, to]);
  }
  return pairs;
}

test.each([
  { size: 7, all: 0.09, connected: 0.05 },
  { size: 5, all: 0.13, connected: 0.08 },
])("of airports from size $size nearly all pairs have an offer on a day", async ({ size, all, connected }) => {
  const pairs = sample(size, 400);
  const without: typeof pairs = [];
  for (const [from, to] of pairs) if ((await search(from.code, to.code)).length === 0) without.push([from, to]);
  const sold = pairs.filter((pair) => pair.every(isConnected));
  const unsold = without
    .filter((pair) => pair.every(isConnected))
    .map((pair) => pair.map(({ code }) => code).join("-"));
  expect(without.length / pairs.length).toBeLessThan(all);
  expect(sold.length).toBeGreaterThan(300);
  expect(unsold.length / sold.length, unsold.join(" ")).toBeLessThan(connected);
});

test.each([
  ...["ABJ GRU", "ABJ BOG", "ABJ PTY", "FOR DSS", "OVB LHW", "ANC XIY"],
  ...["UPG HND", "KNO OGG", "SEZ VCP", "AEP EBB", "BBI UBN"],
])("from %s, which no airline connects alone, there is a ticket on each day of a week", async (pair) => {
  const [from = "", to = ""] = pair.split(" ");
  for (let days = 150; days < 157; days++) {
    const offers = await search(from, to, { departureDate: dated(days) });
    expect(offers.length, dated(days)).toBeGreaterThan(0);
  }
});

test("two stops are offered only where a day has no journey with fewer", async () => {
  let [one, two] = [0, 0];
  for (const [from, to] of sample(6, 200)) {
    const stops = (await search(from.code, to.code)).map(({ slices }) => slices[0]!.stops);
    if (stops.length === 0) continue;
    if (Math.max(...stops) === 2) two++;
    else one++;
    expect(new Set(stops).has(2) && Math.min(...stops) < 2, `${from.code}-${to.code}`).toBe(false);
  }
  expect(one).toBeGreaterThan(80);
  expect(two).toBeGreaterThan(20);
});

test("on one ticket are airlines that sell it together: a low-cost one with its partners alone, or with none", async () => {
  const kinds = ["full", "low", "regional"] as const;
  const carriers = new Map(
    (data.rows as [string, number, string][]).map(([code, kind, hubs]): [string, Carrier] => [
      code,
      { code, kind: kinds[kind]!, hubs: new Set(hubs.split(" ").filter(Boolean)), abroad: new Set(), key: 0 },
    ]),
  );
  let joined = 0;
  for (const [from, to] of sample(6, 400)) {
    for (const { slices } of await search(from.code, to.code)) {
      const codes = [...new Set(slices[0]!.segments.map(({ carrier }) => carrier))];
      if (codes.length < 2) continue;
      joined++;
      const sold = codes.map((code) => carriers.get(code)!);
      const seller = sold.some((one) => sold.every((other) => one === other || bond(one, other) !== undefined));
      expect(seller, codes.join(" ")).toBe(true);
    }
  }
  expect(joined).toBeGreaterThan(200);
  for (const [one, other] of [
    ["FR", "LH"],
    ["U2", "BA"],
    ["W6", "LO"],
    ["FR", "FR"],
  ] as const)
    expect(bond(carriers.get(one)!, carriers.get(other)!), one + other).toBeUndefined();
  expect(bond(carriers.get("LH")!, carriers.get("UA")!)).toBe(1);
  expect(bond(carriers.get("QF")!, carriers.get("EK")!)).toBe(1);
  expect(bond(carriers.get("AF")!, carriers.get("LH")!)).toBe(2);
});

test("partners are airlines of the market, and each is the other's", () => {
  const codes = new Set(data.rows.map(([code]) => code));
  const unknown = [...partners.keys()].filter((code) => !codes.has(code));
  expect(unknown).toEqual([]);
  for (const [code, others] of partners)
    for (const other of others) expect(partners.get(other)?.has(code), `${code} ${other}`).toBe(true);
});

test("the journeys of the README have offers on each of the next 300 days, one way and with a return", async () => {
  for (const [from, to] of [
    ["LON", "BCN"],
    ["LUX", "LIS"],
    ["STN", "BGY"],
  ] as const) {
    const without: string[] = [];
    for (let days = 1; days <= 300; days++) {
      const departureDate = dated(days);
      const there = await search(from, to, { departureDate });
      const both = await search(from, to, { departureDate, returnDate: dated(days + 3) });
      if (there.length === 0 || both.length === 0) without.push(departureDate);
    }
    expect(without, `${from}-${to}`).toEqual([]);
  }
});
