import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import * as Airline from "../../src/airline.ts";
import * as Airport from "../../src/airport.ts";
import { Currency, exponent } from "../../src/base/money.ts";
import { formatLocal, localMinutes } from "../../src/base/zone.ts";
import { simulator as provider } from "../../src/flight/simulator.ts";
import type { Criteria, Offer, Segment } from "../../src/flight.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 22, 10);
const airports = Airport.all();
const busy = [...airports.values()].filter(({ size }) => size >= 7).map(({ code }) => code);
const dated = (days: number) => new Date(now + days * day).toISOString().slice(0, 10);

const trip = (over: Partial<Criteria> = {}): Criteria => ({
  origin: "STN",
  destination: "BGY",
  departureDate: "2027-03-10",
  returnDate: null,
  adults: 1,
  childAges: [],
  infants: 0,
  cabin: "economy",
  maxStops: null,
  currency: "GBP",
  ...over,
});

const place = fc.constantFrom(...busy, "LON", "NYC", "TYO", "PAR");
const moment = fc.integer({ min: 0, max: 100 * 24 }).map((hours) => new Date(now + hours * 3_600_000));
const criteria = fc
  .record({
    origin: place,
    destination: place,
    days: fc.integer({ min: 101, max: 340 }),
    stay: fc.option(fc.integer({ min: 0, max: 20 })),
    adults: fc.integer({ min: 1, max: 4 }),
    childAges: fc.array(fc.integer({ min: 2, max: 17 }), { maxLength: 4 }),
    infants: fc.integer({ min: 0, max: 1 }),
    cabin: fc.constantFrom("economy" as const, "business" as const),
    maxStops: fc.constantFrom(null, 0, 1, 2),
    currency: fc.constantFrom("GBP", "USD", "JPY", "KWD", "IDR"),
  })
  .map(({ days, stay, ...rest }) => {
    const departureDate = dated(days);
    return trip({ ...rest, departureDate, returnDate: stay === null ? null : dated(days + stay) });
  });

const wall = (timeZone: string, utc: number) => formatLocal(localMinutes(timeZone, utc));

/** The minutes since 1970 at which clocks there show `local`, found by trying: two where an hour occurs twice. */
function instants(code: string, local: string): number[] {
  const zone = airports.get(code)?.timeZone ?? "";
  const naive = Date.parse(`${local}Z`);
  const guess = 2 * naive - Date.parse(`${wall(zone, naive)}Z`);
  const found = [-60, -30, 0, 30, 60]
    .map((minutes) => guess + minutes * 60_000)
    .filter((utc) => wall(zone, utc) === local);
  if (found.length === 0) throw new Error(`${local} does not occur at ${code}`);
  return found.map((utc) => utc / 60_000);
}

const took = (duration: string) => {
  const [, hours = 0, minutes = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(duration) ?? [];
  return Number(hours) * 60 + Number(minutes);
};

const leaves = (segment: Segment) => instants(segment.origin, segment.departingAt);
const lands = (segment: Segment) => instants(segment.destination, segment.arrivingAt);

async function member(code: string, city: string) {
  return (await Airport.expand(city)).some((airport) => airport.code === code);
}

async function sound(offer: Offer, asked: Criteria, at: Date): Promise<void> {
  expect(offer).toMatchObject({ provider: "simulator", simulated: true, currency: asked.currency });
  expect(Number.isSafeInteger(offer.total) && offer.total > 0).toBe(true);
  expect(offer.reference).toMatch(/^[\w -]+$/);
  expect(Date.parse(offer.expiresAt)).toBeGreaterThan(at.getTime());
  expect(offer.slices).toHaveLength(asked.returnDate ? 2 : 1);
  let free = at.getTime() / 60_000;
  for (const [index, slice] of offer.slices.entries()) {
    const [first, last] = [slice.segments[0]!, slice.segments.at(-1)!];
    expect(slice.departingAt.slice(0, 10)).toBe(index === 0 ? asked.departureDate : asked.returnDate);
    expect(await member(slice.origin, index === 0 ? asked.origin : asked.destination)).toBe(true);
    expect(await member(slice.destination, index === 0 ? asked.destination : asked.origin)).toBe(true);
    expect(slice).toMatchObject({ origin: first.origin, destination: last.destination });
    expect(slice).toMatchObject({ departingAt: first.departingAt, arrivingAt: last.arrivingAt });
    expect(slice.stops).toBe(slice.segments.length - 1);
    expect(slice.stops).toBeLessThanOrEqual(asked.maxStops ?? 2);
    expect(lands(last).flatMap((end) => leaves(first).map((start) => end - start))).toContain(took(slice.duration));
    for (const [index, segment] of slice.segments.entries()) {
      const before = slice.segments[index - 1];
      if (before) expect(segment.origin).toBe(before.destination);
      const [start, end] = [Math.max(...leaves(segment)), Math.max(...lands(segment))];
      expect(start).toBeGreaterThanOrEqual(free + (before ? 55 : 60));
      expect(end).toBeGreaterThan(Math.min(...leaves(segment)));
      expect(await Airline.find(segment.carrier)).toBeDefined();
      free = Math.min(...lands(segment));
    }
  }
}

test("every offer is a possible journey, and the cheapest comes first", async () => {
  let offered = 0;
  await fc.assert(
    fc.asyncProperty(criteria, moment, async (asked, at) => {
      const { offers } = await provider.search(asked, at);
      offered += offers.length;
      expect(offers.length).toBeLessThanOrEqual(140);
      expect(offers.map(({ total }) => total)).toEqual(offers.map(({ total }) => total).sort((a, b) => a - b));
      expect(new Set(offers.map(({ reference }) => reference)).size).toBe(offers.length);
      for (const offer of offers.slice(0, 3)) await sound(offer, asked, at);
    }),
    { numRuns: 60 },
  );
  expect(offered).toBeGreaterThan(100);
});

test("the same question at the same moment has the same answer, whatever was asked before", async () => {
  await fc.assert(
    fc.asyncProperty(criteria, criteria, moment, async (asked, other, at) => {
      const answer = await provider.search(asked, at);
      await provider.search(other, new Date(at.getTime() + 5 * day));
      expect(await provider.search(asked, at)).toEqual(answer);
    }),
    { numRuns: 40 },
  );
});

test("an offer is confirmed at its total, later at its price then, and is gone after it has left", async () => {
  await fc.assert(
    fc.asyncProperty(criteria, moment, async (asked, at) => {
      for (const offer of (await provider.search(asked, at)).offers) {
        expect(await provider.confirm?.(asked, offer, at)).toEqual({ status: "ok", offer });
        const gone = new Date(`${asked.departureDate}T23:59Z`);
        gone.setUTCDate(gone.getUTCDate() + 1);
        expect(await provider.confirm?.(asked, offer, gone)).toEqual({ status: "gone" });
      }
    }),
    { numRuns: 20 },
  );
  const [first] = (await provider.search(trip(), new Date(now))).offers;
  const departure = new Date(now + 100 * day);
  const then = await provider.search(trip(), departure);
  const confirmed = await provider.confirm?.(trip(), first!, departure);
  expect(then.offers.map((offer) => ({ status: "ok", offer }))).toContainEqual(confirmed);
  for (const reference of [" ", "nonsense", "", "💥"])
    expect(await provider.confirm?.(trip(), { ...first!, reference }, new Date(now))).toEqual({ status: "gone" });
});

test("a return journey costs the sum of both directions", async () => {
  const at = new Date(now);
  const there = trip({ origin: "LHR", destination: "JFK", returnDate: "2027-03-20" });
  const [cheapest] = (await provider.search(there, at)).offers;
  const ways = [
    await provider.search({ ...there, returnDate: null }, at),
    await provider.search(trip({ origin: "JFK", destination: "LHR", departureDate: "2027-03-20" }), at),
  ];
  const least = ways.reduce((sum, { offers }) => sum + (offers[0]?.total ?? 0), 0);
  expect(cheapest?.total).toBeGreaterThanOrEqual(least);
  expect(cheapest?.total).toBeLessThan(1.6 * least);
});

test("a return on the day of arrival leaves after the landing", async () => {
  const asked = trip({ origin: "LHR", destination: "CDG", returnDate: "2027-03-10" });
  const { offers } = await provider.search(asked, new Date(now));
  expect(offers.length).toBeGreaterThan(0);
  for (const offer of offers) await sound(offer, asked, new Date(now));
});

test.each([
  ["JFK", "LHR", "2027-03-13"],
  ["LHR", "JFK", "2027-03-28"],
  ["SYD", "SIN", "2027-04-03"],
  ["GRU", "CDG", "2027-10-30"],
])("from %s to %s in the night of a clock change takes its usual time", async (origin, destination, departureDate) => {
  const asked = trip({ origin, destination, departureDate });
  const { offers } = await provider.search(asked, new Date(now));
  expect(offers.length).toBeGreaterThan(0);
  for (const offer of offers) await sound(offer, asked, new Date(now));
});

test("nothing is offered within a city, between unknown places, or after departure", async () => {
  const nothing = { status: "no_results", offers: [] };
  const ask = (over: Partial<Criteria>, at = new Date(now)) => provider.search(trip(over), at);
  expect(await ask({ origin: "LHR", destination: "LGW" })).toEqual(nothing);
  expect(await ask({ origin: "LON", destination: "STN" })).toEqual(nothing);
  expect(await ask({ origin: "ZZZ", destination: "STN" })).toEqual(nothing);
  expect(await ask({ cabin: "first" })).toEqual(nothing);
  expect(await ask({}, new Date("2027-03-11T00:00Z"))).toEqual(nothing);
  expect((await ask({}, new Date("2027-03-10T00:00Z"))).status).toBe("ok");
});

/**
 * The mean of each search's cheapest total, over the same sample of long and short routes, which all variants can fly.
 */
async function level(over: Partial<Criteria>, at = new Date(now)): Promise<number> {
  const routes = ["LHR JFK", "CDG NRT", "FRA MAD", "SYD SIN", "GRU LIS", "DXB BOM", "ORD LAX", "CPT LHR"];
  const totals: number[] = [];
  for (const route of routes) {
    for (const departureDate of over.departureDate
      ? [over.departureDate]
      : ["2027-03-10", "2027-04-21", "2027-05-06"]) {
      const [origin = "", destination = ""] = route.split(" ");
      const [first] = (await provider.search(trip({ departureDate, ...over, origin, destination }), at)).offers;
      if (first) totals.push(first.total);
    }
  }
  return totals.reduce((a, b) => a + b, 0) / totals.length;
}

test("higher cabins, summer, late bookings and large parties cost more", async () => {
  const economy = await level({});
  expect(await level({ cabin: "premium_economy" })).toBeGreaterThan(1.3 * economy);
  expect(await level({ cabin: "business" })).toBeGreaterThan(1.5 * (await level({ cabin: "premium_economy" })));
  expect(await level({ cabin: "first" })).toBeGreaterThan(1.2 * (await level({ cabin: "business" })));
  expect(await level({ departureDate: "2027-07-21" })).toBeGreaterThan(
    1.1 * (await level({ departureDate: "2027-05-19" })),
  );
  expect(await level({ departureDate: "2026-12-23" })).toBeGreaterThan(
    1.2 * (await level({ departureDate: "2027-02-10" })),
  );
  expect(await level({ departureDate: "2027-03-10" }, new Date("2027-03-08"))).toBeGreaterThan(
    1.3 * (await level({ departureDate: "2027-03-10" }, new Date("2027-01-20"))),
  );
});

test("two adults pay twice, a child less than an adult, an infant less than a child", async () => {
  const total = async (over: Partial<Criteria>) => {
    const { offers } = await provider.search(trip({ origin: "LHR", destination: "JFK", ...over }), new Date(now));
    return new Map(
      offers.map((offer) => [offer.slices[0]?.segments.map((one) => one.flightNumber).join(), offer.total]),
    );
  };
  const alone = await total({});
  const [two, child, teen, infant] = [
    await total({ adults: 2 }),
    await total({ childAges: [4] }),
    await total({ childAges: [14] }),
    await total({ infants: 1 }),
  ];
  for (const [flight, one] of alone) {
    expect([flight, two.get(flight), teen.get(flight)]).toEqual([flight, 2 * one, 2 * one]);
    expect(child.get(flight)).toBeLessThan(2 * one);
    expect(infant.get(flight)).toBeLessThan(child.get(flight) ?? 0);
    expect(infant.get(flight)).toBeGreaterThan(one);
  }
});

/** docs/flights.md states the same shares. */
test.each([
  { when: "one way, until a month before", days: [0, 50], returnDate: null, changes: 0.14, falls: 0.027 },
  { when: "one way, in the last month", days: [50, 80], returnDate: null, changes: 0.19, falls: 0.028 },
  { when: "with a return", days: [0, 50], returnDate: "2027-02-17", changes: 0.25, falls: 0.016 },
])(
  "checked every six hours, $when, a fare changes in $changes of checks and falls by a tenth in $falls",
  async (share) => {
    const [first = 0, last = 0] = share.days;
    let [checks, changes, falls] = [0, 0, 0];
    for (const [index, origin] of busy.slice(0, 40).entries()) {
      const destination = busy[busy.length - 1 - index]!;
      const asked = trip({ origin, destination, departureDate: "2027-02-10", returnDate: share.returnDate });
      let before = 0;
      for (let hours = first * 24; hours < last * 24; hours += 6) {
        const [offer] = (await provider.search(asked, new Date(now + hours * 3_600_000))).offers;
        if (offer && before) {
          checks++;
          if (offer.total !== before) changes++;
          if (offer.total <= 0.9 * before) falls++;
        }
        before = offer?.total ?? 0;
      }
    }
    expect(checks).toBeGreaterThan(3_000);
    expect(Math.abs(changes / checks - share.changes), `${changes / checks}`).toBeLessThan(0.02);
    expect(Math.abs(falls / checks - share.falls), `${falls / checks}`).toBeLessThan(0.006);
  },
);

test("fares are quoted in every currency", async () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const codes = letters
    .flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
    .filter((code) => v.is(Currency, code));
  expect(codes.length).toBeGreaterThan(150);
  const dollars = (await provider.search(trip({ currency: "USD" }), new Date(now))).offers[0]!.total / 100;
  for (const currency of codes) {
    const [first] = (await provider.search(trip({ currency }), new Date(now))).offers;
    const units = (first?.total ?? 0) / 10 ** exponent(currency);
    expect([currency, units > 0.2 * dollars && Number.isSafeInteger(first?.total)]).toEqual([currency, true]);
    if (!["USD", "PAB", "BMD", "BSD"].includes(currency)) expect([currency, units]).not.toEqual([currency, dollars]);
  }
});
