import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { type Filter, fits, select, type Wishes } from "../../src/flight/filter.ts";
import { path } from "../../src/flight/offer.ts";
import { type Criteria, type Offer, provider, Query, unknownTerms } from "../../src/flight.ts";

const trip = { origin: "LON", destination: "NYC", departureDate: "2027-03-10", returnDate: "2027-03-17" };
const query = (over: object = {}) => v.parse(Query, { ...trip, ...over });
const faults = (over: object) =>
  v.safeParse(Query, { ...trip, ...over }).issues?.map((issue) => v.getDotPath(issue)) ?? [];

const offersOf = async (over: object = {}): Promise<Offer[]> => {
  const { offers } = await provider.search(query(over) as Criteria, new Date("2026-11-22T12:00:00Z"));
  return offers;
};
const offers = [...(await offersOf()), ...(await offersOf({ cabin: "business" }))];

type Leg = [carrier: string, departs: string, arrives: string, operatingCarrier?: string | null];

/** An offer of made-up flights: one list of legs for each direction, with times on 10 March 2027. */
function offer(over: Partial<Offer>, ...directions: Leg[][]): Offer {
  const slices = directions.map((legs) => {
    const segments = legs.map(([carrier, departs, arrives, operatingCarrier = null], index) => ({
      carrier,
      operatingCarrier,
      flightNumber: String(index + 1),
      origin: "LHR",
      destination: "JFK",
      departingAt: `2027-03-10T${departs}`,
      arrivingAt: `2027-03-10T${arrives}`,
    }));
    const [first, last] = [segments[0]!, segments.at(-1)!];
    const { departingAt } = first;
    const { arrivingAt } = last;
    return { origin: "LHR", destination: "JFK", departingAt, arrivingAt, duration: "PT8H", stops: 0, segments };
  });
  const price = { total: 100_00, currency: "GBP", expiresAt: "2027-01-01T00:00:00.000Z" };
  return { provider: "test", reference: "1", simulated: true, ...price, ...unknownTerms, slices, ...over };
}

test("airlines must sell or operate every leg; excluded airlines must not sell or operate any", () => {
  const mixed = offer({}, [
    ["BA", "09:00", "12:00"],
    ["AA", "13:00", "15:00", "B6"],
  ]);
  expect(fits(mixed, { airlines: ["BA"] })).toBe(false);
  expect(fits(mixed, { airlines: ["BA", "AA"] })).toBe(true);
  expect(fits(mixed, { airlines: ["B6", "BA"] })).toBe(true);
  expect(fits(mixed, { excludeAirlines: ["LH"] })).toBe(true);
  for (const code of ["BA", "AA", "B6"]) expect(fits(mixed, { excludeAirlines: [code] })).toBe(false);
});

test("wished flights must all be in the offer, in either direction, by marketing number without leading zeros", () => {
  const outbound: Leg[] = [
    ["BA", "09:00", "12:00"],
    ["AA", "13:00", "15:00", "B6"],
  ];
  const flown = offer({}, outbound, [["FR", "18:00", "20:00"]]);
  const withZeros = {
    ...flown,
    slices: flown.slices.map((slice) => ({
      ...slice,
      segments: slice.segments.map((one) => ({ ...one, flightNumber: `00${one.flightNumber}` })),
    })),
  };
  const fitting = (flights: string[]) =>
    [flown, withZeros].map((one) => fits(one, { flights: query({ flights }).flights ?? [] }));
  expect(fitting(["ba1", "FR0001"])).toEqual([true, true]);
  expect(fitting(["AA02"])).toEqual([true, true]);
  for (const other of ["B62", "BA2", "BA11", "FR2"]) expect(fitting(["BA1", other])).toEqual([false, false]);
});

test("bags and refunds count only if the provider states them", () => {
  const refund = (allowed: boolean) => ({ conditions: { refund: { allowed, penalty: null }, change: null } });
  const flown: Leg[] = [["BA", "09:00", "12:00"]];
  const bags = (checked: number) => offer({ bags: { carryOn: 1, checked } }, flown);
  expect([0, 1, 2].map((checked) => fits(bags(checked), { bags: 1 }))).toEqual([false, true, true]);
  expect(fits(offer({ bags: null }, flown), { bags: 1 })).toBe(false);
  expect(fits(offer({ bags: null }, flown), { bags: 0 })).toBe(true);
  expect([true, false].map((allowed) => fits(offer(refund(allowed), flown), { refundable: true }))).toEqual([
    true,
    false,
  ]);
  expect(fits(offer({}, flown), { refundable: true })).toBe(false);
  expect(fits(offer({}, flown), { refundable: false })).toBe(true);
});

test.each<[Wishes, boolean]>([
  [{ departAfter: "09:00" }, true],
  [{ departAfter: "09:01" }, false],
  [{ departBefore: "09:00" }, true],
  [{ departBefore: "08:59" }, false],
  [{ arriveAfter: "15:30", arriveBefore: "15:30" }, true],
  [{ arriveAfter: "15:31" }, false],
  [{ arriveBefore: "15:29" }, false],
  [{ returnDepartAfter: "18:00", returnDepartBefore: "18:00" }, true],
  [{ returnDepartAfter: "18:01" }, false],
  [{ returnDepartBefore: "17:59" }, false],
  [{ returnArriveAfter: "06:10", returnArriveBefore: "06:10" }, true],
  [{ returnArriveAfter: "06:11" }, false],
  [{ returnArriveBefore: "06:09" }, false],
])("outbound 09:00–15:30, return 18:00–06:10: %j fits %s", (filter, fitting) => {
  const roundTrip = offer(
    {},
    [
      ["BA", "09:00", "12:00"],
      ["BA", "13:00", "15:30"],
    ],
    [["BA", "18:00", "06:10"]],
  );
  expect(fits(roundTrip, filter)).toBe(fitting);
});

test("a one-way offer does not fit a wish about the return", () => {
  const oneWay = offer({}, [["BA", "09:00", "12:00"]]);
  expect(fits(oneWay, { returnDepartAfter: "00:00" })).toBe(false);
  expect(fits(oneWay, { returnArriveBefore: "23:59" })).toBe(false);
});

test("the maximum duration holds for each direction, also beyond a day", () => {
  const lasting = (...durations: string[]) => {
    const flown: Leg[] = [["BA", "09:00", "12:00"]];
    const { slices, ...rest } = offer({}, ...durations.map(() => flown));
    return { ...rest, slices: slices.map((slice, index) => ({ ...slice, duration: durations[index]! })) };
  };
  expect(fits(lasting("PT2H55M"), { maxDuration: 175 })).toBe(true);
  expect(fits(lasting("PT2H55M"), { maxDuration: 174 })).toBe(false);
  expect(fits(lasting("PT55M", "P1DT2H"), { maxDuration: 1559 })).toBe(false);
  expect(fits(lasting("PT55M", "P1DT2H"), { maxDuration: 1560 })).toBe(true);
});

test.each([
  [{ airlines: ["BA", "LH"], excludeAirlines: ["LH"] }, ["excludeAirlines"]],
  [{ airlines: ["BAW"] }, ["airlines.0"]],
  [{ excludeAirlines: Array(21).fill("BA") }, ["excludeAirlines"]],
  [{ flights: Array(9).fill("BA117") }, ["flights"]],
  ...["117", "BA", "BA0", "BA12345", "BA 117", "BAW117", "B\u0660A1"].map((flight): [object, string[]] => [
    { flights: ["BA117", flight] },
    ["flights.1"],
  ]),
  [{ bags: 1.5 }, ["bags"]],
  [{ bags: -1 }, ["bags"]],
  [{ refundable: "yes" }, ["refundable"]],
  [{ maxDuration: 0 }, ["maxDuration"]],
  [{ departAfter: "9:00" }, ["departAfter"]],
  [{ departAfter: "24:00" }, ["departAfter"]],
  [{ departAfter: "12:00", departBefore: "11:59" }, ["departBefore"]],
  [{ arriveAfter: "12:00", arriveBefore: "11:59" }, ["arriveBefore"]],
  [{ returnDepartAfter: "12:00", returnDepartBefore: "11:59" }, ["returnDepartBefore"]],
  [{ returnArriveAfter: "12:00", returnArriveBefore: "11:59" }, ["returnArriveBefore"]],
  [{ departAfter: "?", departBefore: "11:59" }, ["departAfter"]],
  [{ departAfter: "12:00", departBefore: "12:00" }, []],
  [
    { returnDate: null, returnDepartAfter: "12:00", returnArriveBefore: "13:00" },
    ["returnDepartAfter", "returnArriveBefore"],
  ],
  [{ sort: "stops" }, ["sort"]],
  [{ limit: 0 }, ["limit"]],
])("%j has faults at %j only", (over, fields) => {
  expect(faults(over)).toEqual(fields);
});

const codes = [
  ...new Set(offers.flatMap(({ slices }) => slices.flatMap(({ segments }) => segments.map(({ carrier }) => carrier)))),
];
const hour = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, "0")}:30`);
const filters = fc.record(
  {
    airlines: fc.subarray(codes, { minLength: 1 }),
    excludeAirlines: fc.subarray(codes, { maxLength: 3 }),
    bags: fc.integer({ min: 0, max: 2 }),
    refundable: fc.boolean(),
    maxDuration: fc.integer({ min: 400, max: 900 }),
    departAfter: hour,
    arriveBefore: hour,
    returnDepartBefore: hour,
    sort: fc.constantFrom("price" as const, "duration" as const, "departure" as const, "arrival" as const),
  },
  { requiredKeys: ["sort"] },
);

/** The offers of all pages, joined. `offersFor` gives the offers at the time of each page. */
function allPages(
  offersFor: (page: number) => Offer[],
  filter: Omit<Filter, "limit" | "cursor">,
  limit: number,
): Offer[] {
  const found: Offer[] = [];
  for (let cursor: string | null | undefined, page = 0; cursor !== null; page++) {
    const part = select(offersFor(page), { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...part.items);
    cursor = part.nextCursor;
  }
  return found;
}

test("pages of any size contain each fitting offer once, in order, for any order of the input", () => {
  const length = ({ slices }: Offer) =>
    slices.reduce((sum, { duration }) => {
      const [, hours = "0", minutes = "0"] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(duration)!;
      return sum + 60 * Number(hours) + Number(minutes);
    }, 0);
  const keys = {
    price: ({ total }: Offer) => total,
    duration: length,
    departure: ({ slices }: Offer) => Date.parse(slices[0]!.departingAt),
    arrival: ({ slices }: Offer) => Date.parse(slices[0]!.arrivingAt),
  };
  const property = (filter: Wishes & Pick<Filter, "sort">, limit: number, shuffled: Offer[]) => {
    const key = keys[filter.sort];
    const expected = offers
      .filter((one) => fits(one, filter))
      .sort((a, b) => key(a) - key(b) || a.total - b.total || (path(a.slices) < path(b.slices) ? -1 : 1));
    expect(allPages(() => shuffled, filter, limit)).toEqual(expected);
  };
  const shuffledOffers = fc.shuffledSubarray(offers, { minLength: offers.length });
  fc.assert(fc.property(filters, fc.integer({ min: 1, max: 30 }), shuffledOffers, property));
});

test("a page continues after the previous one, even if its last offer is gone or prices have changed", () => {
  const priced = [10, 20, 20, 30, 40].map((total, number) =>
    offer({ total }, [["BA", `0${number}:00`, "12:00", String(number)]]),
  );
  for (const [index, one] of priced.entries()) one.slices[0]!.segments[0]!.flightNumber = String(index);
  const [first, second, twin, fourth, last] = priced as [Offer, Offer, Offer, Offer, Offer];
  const { items, nextCursor } = select(priced, { sort: "price", limit: 2 });
  expect(items).toEqual([first, second]);
  const rest = (current: Offer[]) => select(current, { sort: "price", limit: 10, cursor: nextCursor! }).items;
  expect(rest(priced)).toEqual([twin, fourth, last]);
  expect(rest([first, twin, last])).toEqual([twin, last]);
  expect(rest([{ ...second, total: 5 }, { ...first, total: 35 }, twin])).toEqual([twin, { ...first, total: 35 }]);
});

test("pages show all brands of the same flights at one total, and a connection by a later day's flight", () => {
  const legs: Leg[] = [
    ["BA", "09:00", "12:00"],
    ["AA", "13:00", "15:00"],
  ];
  const later = offer({ reference: "3" }, legs);
  later.slices[0]!.segments[1]!.departingAt = "2027-03-11T13:00";
  const same = [
    offer({ reference: "1" }, legs),
    offer({ reference: "2", bags: { carryOn: 1, checked: 1 } }, legs),
    later,
  ];
  const first = select(same, { sort: "price", limit: 2 });
  const rest = select(same, { sort: "price", limit: 2, cursor: first.nextCursor! });
  const shown = [...first.items, ...rest.items].map(({ reference }) => reference);
  expect(shown.sort()).toEqual(["1", "2", "3"]);
});

test("a cursor is valid only for the sort order that it was made for", () => {
  const { nextCursor } = select(offers, { sort: "duration", limit: 1 });
  const refused = expect.objectContaining({ kind: "input", code: "page.cursor" });
  expect(() => select(offers, { sort: "price", limit: 1, cursor: nextCursor! })).toThrow(refused);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (cursor) => {
      expect(() => select(offers, { sort: "price", limit: 1, cursor })).toThrow(refused);
    }),
  );
});

test("the cursor of the longest journeys is accepted", () => {
  const segments = Array.from({ length: 3 }, (_, index) => ({
    ...offer({}, [["BA", "09:00", "12:00"]]).slices[0]!.segments[0]!,
    flightNumber: String(9990 + index),
  }));
  const slice = { ...offers[0]!.slices[0]!, segments };
  const longest = [1, 2].map((total) => ({ ...offers[0]!, total: total * 100_000_000_000, slices: [slice, slice] }));
  const { nextCursor } = select(longest, { sort: "departure", limit: 1 });
  expect(faults({ sort: "departure", cursor: nextCursor })).toEqual([]);
});
