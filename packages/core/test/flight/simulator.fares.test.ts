import { expect, test } from "vitest";
import * as Airport from "../../src/airport.ts";
import { kilometers } from "../../src/base/earth.ts";
import { bands, least, ranges } from "../../src/flight/simulator/levels.ts";
import { simulator } from "../../src/flight/simulator.ts";
import type { Criteria, Offer } from "../../src/flight.ts";

const pairs = [
  ...["LHR JFK", "LHR SYD", "CDG NRT", "STN BGY", "MAN TFS", "JER GCI", "LHR BCN", "SIN EWR", "DEL BOM", "ORD LAX"],
  ...["GRU LIS", "DXB LHR", "FRA MUC", "SYD MEL", "JNB CPT", "NRT ICN", "OSL TOS", "MEX CUN", "ATL MIA", "KOI WRY"],
];
const cabins = ["economy", "premium_economy", "business", "first"] as const;
const airports = Airport.all();

async function search(pair: string, over: Partial<Criteria>, at = "2026-11-22T10:00Z"): Promise<Offer[]> {
  const [origin = "", destination = ""] = pair.split(" ");
  const party = { adults: 1, childAges: [], infants: 0, cabin: "economy" as const, currency: "USD" };
  const asked = { ...party, origin, destination, departureDate: "2027-03-10", returnDate: null, maxStops: 0, ...over };
  return (await simulator.search(asked, new Date(at))).offers;
}

const isLow = ({ bags }: Offer) => bags?.carryOn === 0;

test("the cheapest fare a kilometer lies within the range of its cabin, kind and distance, early and late", async () => {
  let checked = 0;
  for (const pair of pairs) {
    const [from, to] = pair.split(" ").map((code) => airports.get(code)!);
    const km = kilometers(from!.location, to!.location);
    const band = bands.findIndex((most) => km <= most);
    for (const cabin of cabins) {
      for (const at of ["2026-05-22T10:00Z", "2027-01-10T10:00Z", "2027-03-09T20:00Z"]) {
        for (const offer of await search(pair, { cabin, maxStops: null }, at)) {
          const low = isLow(offer);
          const [from, to] = ranges[low ? "low" : cabin][band]!;
          const counted = Math.max(km, least.km);
          expect(offer.total / 100, `${pair} ${cabin}`).toBeGreaterThanOrEqual(
            Math.max(from * counted, low ? least.low : least.full) - 1,
          );
          const cheapest = (offer.bags?.checked ?? 0) === 0;
          if (cheapest) expect(offer.total / 100, `${pair} ${cabin}`).toBeLessThanOrEqual(to * counted + 1);
          checked++;
        }
      }
    }
  }
  expect(checked).toBeGreaterThan(2_000);
});

test("business to New York and to Sydney costs what airlines ask, and first more", async () => {
  const cheapest = async (pair: string, cabin: Criteria["cabin"], maxStops: number | null) =>
    ((await search(pair, { cabin, maxStops, currency: "GBP" }))[0]?.total ?? 0) / 100;
  expect(await cheapest("LHR JFK", "economy", 0)).toBeGreaterThan(120);
  expect(await cheapest("LHR JFK", "business", 0)).toBeGreaterThan(900);
  expect(await cheapest("LHR JFK", "first", 0)).toBeGreaterThan(1_600);
  expect(await cheapest("LHR SYD", "economy", null)).toBeGreaterThan(300);
  expect(await cheapest("LHR SYD", "business", null)).toBeGreaterThan(1_800);
});

test("economy is sold in three brands: the flexible one has a bag and can be refunded, the basic one neither", async () => {
  const brands = (await search("LHR JFK", {})).filter(({ slices }) => slices[0]?.segments[0]?.flightNumber === "117");
  expect(brands.map(({ reference }) => reference.split(" ").at(-1))).toEqual(
    expect.arrayContaining(["basic", "flexible"]),
  );
  const of = (id: string) => brands.find(({ reference }) => reference.endsWith(` ${id}`))!;
  expect(of("basic")).toMatchObject({ bags: { checked: 0 }, conditions: { refund: { allowed: false } } });
  expect(of("flexible")).toMatchObject({
    bags: { checked: 1 },
    conditions: { refund: { allowed: true, penalty: { total: 0 } }, change: { allowed: true, penalty: { total: 0 } } },
  });
  expect(of("flexible").total).toBeGreaterThan(1.3 * of("basic").total);
  const all = new Set((await search("LHR JFK", {})).map(({ reference }) => reference.split(" ").at(-1)));
  expect([...all].sort()).toEqual(["basic", "flexible", "standard"]);
});

test("low-cost airlines sell economy alone, and refund nothing", async () => {
  const offers = await search("STN BGY", {});
  expect(offers.length).toBeGreaterThan(3);
  for (const { conditions } of offers) expect(conditions.refund?.allowed).toBe(false);
  expect(offers.some(({ bags }) => (bags?.checked ?? 0) > 0)).toBe(true);
  for (const cabin of cabins.slice(1)) expect(await search("STN BGY", { cabin })).toEqual([]);
});

test("premium economy and first are sold on long flights alone, and by those that have them", async () => {
  expect(await search("LHR CDG", { cabin: "premium_economy" })).toEqual([]);
  expect(await search("LHR CDG", { cabin: "first" })).toEqual([]);
  const first = new Set(
    (await search("LHR JFK", { cabin: "first" })).map(({ slices }) => slices[0]?.segments[0]?.carrier),
  );
  expect([...first].sort()).toEqual(["AA", "BA"]);
  const [far] = await search("KOI SYD", { cabin: "business", maxStops: null });
  expect(far?.slices[0]?.segments[0]).toMatchObject({ carrier: "LM", cabin: "economy" });
});
