import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { facetsOf } from "../../src/flight/facets.ts";
import { Facets } from "../../src/flight/facetschema.ts";
import { fits, select } from "../../src/flight/filter.ts";
import { type Criteria, type Offer, provider, Query } from "../../src/flight.ts";

const trip = { origin: "LON", destination: "NYC", departureDate: "2027-03-10", returnDate: "2027-03-17" };
const query = (over: object = {}) => v.parse(Query, { ...trip, currency: "GBP", limit: 100, ...over });
const at = new Date("2026-11-22T12:00:00Z");
const { offers } = await provider.search(query() as unknown as Criteria, at);

const least = (found: Offer[]) => ({
  count: found.length,
  least: { amount: (Math.min(...found.map(({ total }) => total)) / 100).toFixed(2), currency: "GBP" },
});
const filters = fc.record(
  {
    stops: fc.subarray([0, 1, 2], { minLength: 1 }),
    airlines: fc.subarray(["BA", "AA", "VS", "DL", "UA"], { minLength: 1 }),
    excludeAirlines: fc.subarray(["B6", "LH"], { minLength: 1 }),
    bags: fc.integer({ min: 0, max: 2 }),
    refundable: fc.boolean(),
    maxDuration: fc.integer({ min: 400, max: 1_500 }),
    departAfter: fc.constantFrom("06:00", "09:30"),
    departBefore: fc.constantFrom("11:59", "18:00"),
    returnDepartAfter: fc.constantFrom("06:00", "15:00"),
  },
  { requiredKeys: [] },
);

test("each value of a facet has the number and the least price of the offers that it would leave", () => {
  expect(offers.length).toBeGreaterThan(20);
  const seen = new Set<string>();
  fc.assert(
    fc.property(filters, (wishes) => {
      const filter = query(wishes);
      const { count, facets } = facetsOf(offers, filter);
      expect(v.parse(Facets, facets)).toEqual(facets);
      const fitting = offers.filter((offer) => fits(offer, filter));
      expect(count).toBe(fitting.length);
      expect(select(offers, { ...filter, limit: 1_000 }).items).toHaveLength(count);

      const { stops, airlines, excludeAirlines, bags, refundable, departAfter, departBefore, ...rest } = filter;
      const { returnDepartAfter, returnDepartBefore, ...others } = rest;
      const all = {
        stops: { stops },
        airlines: { airlines, excludeAirlines },
        bags: { bags },
        refundable: { refundable },
        departures: { departAfter, departBefore },
        returnDepartures: { returnDepartAfter, returnDepartBefore },
      };
      const left = (own: keyof typeof all, value: object) => {
        const kept = Object.entries(all).flatMap(([name, wishes]) => (name === own ? [] : Object.entries(wishes)));
        const given = Object.fromEntries(kept.filter(([, wish]) => wish !== undefined));
        return least(offers.filter((offer) => fits(offer, { ...others, ...given, ...value })));
      };
      const check = (own: keyof typeof all, value: object, shown: object) => {
        seen.add(own);
        expect({ own, value, ...shown }).toEqual({ own, value, ...left(own, value) });
      };
      for (const { stops, ...shown } of facets.stops) check("stops", { stops: [stops] }, shown);
      for (const { code, ...shown } of facets.airlines) check("airlines", { airlines: [code] }, shown);
      for (const { bags, ...shown } of facets.bags) check("bags", { bags }, shown);
      if (facets.refundable) check("refundable", { refundable: true }, facets.refundable);
      for (const { from, to, ...shown } of facets.departures)
        check("departures", { departAfter: from, departBefore: to }, shown);
      for (const { from, to, ...shown } of facets.returnDepartures)
        check("returnDepartures", { returnDepartAfter: from, returnDepartBefore: to }, shown);

      const perStop = facets.stops.reduce((sum, { count }) => sum + count, 0);
      expect(perStop).toBe(offers.filter((offer) => fits(offer, { ...filter, stops: [0, 1, 2] })).length);
    }),
    { numRuns: 60 },
  );
  expect(seen.size).toBe(6);
});

test("without offers nothing is counted; one way has no times of a way back", async () => {
  const none = { stops: [], airlines: [], bags: [], refundable: null, departures: [], returnDepartures: [] };
  expect(facetsOf([], query())).toEqual({ count: 0, facets: none });
  const oneWay = query({ returnDate: null });
  const { offers } = await provider.search(oneWay as unknown as Criteria, at);
  expect(facetsOf(offers, oneWay).facets).toMatchObject({ returnDepartures: [], departures: [{}, {}, {}] });
});

test("stops pick from an answer, without another question to a provider", () => {
  for (const wanted of [[0], [1], [0, 2]]) {
    const { items } = select(offers, query({ stops: wanted }));
    const most = ({ slices }: Offer) => Math.min(2, Math.max(...slices.map(({ stops }) => stops)));
    expect(new Set(items.map(most))).toEqual(new Set(offers.map(most).filter((stops) => wanted.includes(stops))));
  }
  expect(v.safeParse(Query, { ...trip, stops: [3] }).success).toBe(false);
});
