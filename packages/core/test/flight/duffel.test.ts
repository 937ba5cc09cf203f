import { startDuffel } from "@travel-conductor/local/duffel";
import { type DuffelOffer, offersFor } from "@travel-conductor/local/duffel/offers";
import { describe, expect, test } from "vitest";
import * as Airport from "../../src/airport.ts";
import { toOffer } from "../../src/flight/duffel/offer.ts";
import { duffel } from "../../src/flight/duffel.ts";
import { criteriaFor, day, fake, firstOffer, provider, search } from "../support/duffel.ts";

test("offers are returned cheapest first, with everything that Duffel says of them", async () => {
  const answer = await search();
  expect(answer.status).toBe("ok");
  expect(answer.offers.map(({ total }) => total)).toEqual([10050, 12050, 14050]);
  expect(answer.offers[0]).toEqual({
    provider: "duffel_test",
    reference: expect.stringMatching(/^off_/),
    simulated: true,
    total: 10050,
    currency: "GBP",
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    conditions: {
      refund: { allowed: true, penalty: { total: 4000, currency: "GBP" } },
      change: { allowed: false, penalty: null },
    },
    bags: { carryOn: 1, checked: 2 },
    documentsRequired: false,
    payment: { instant: true, payBy: null, priceUntil: null },
    slices: [
      {
        origin: "STN",
        destination: "BGY",
        departingAt: `${day(60)}T06:25`,
        arrivingAt: `${day(60)}T09:30`,
        duration: "PT2H5M",
        stops: 0,
        segments: [
          {
            carrier: "ZZ",
            operatingCarrier: "ZZ",
            flightNumber: "123",
            origin: "STN",
            destination: "BGY",
            departingAt: `${day(60)}T06:25`,
            arrivingAt: `${day(60)}T09:30`,
          },
        ],
      },
    ],
  });
  const changing = answer.offers[2]?.slices[0];
  expect(changing).toMatchObject({ stops: 1, duration: "PT4H45M", segments: [{ operatingCarrier: "BA" }, {}] });
});

test("the request to Duffel is exactly the question", async () => {
  const answer = await search({
    returnDate: day(70),
    adults: 2,
    childAges: [9, 4],
    infants: 1,
    cabin: "premium_economy",
    maxStops: 0,
  });
  expect(answer).toMatchObject({ status: "ok", offers: [{ slices: [{}, {}] }, {}] });
  expect(fake.seen).toMatchObject([
    {
      call: expect.stringMatching(/^POST \/air\/offer_requests\?return_offers=true&supplier_timeout=(20000|199\d\d)$/),
      body: {
        data: {
          slices: [
            { origin: "STN", destination: "BGY", departure_date: day(60) },
            { origin: "BGY", destination: "STN", departure_date: day(70) },
          ],
          passengers: [{ type: "adult" }, { type: "adult" }, { age: 4 }, { age: 9 }, { age: 1 }],
          cabin_class: "premium_economy",
          max_connections: 0,
        },
      },
    },
  ]);
  expect((await search({ maxStops: null })).offers.some(({ slices }) => slices[0]?.stops === 1)).toBe(true);
  expect(fake.seen[1]?.body).toMatchObject({ data: { max_connections: 2 } });
});

describe("a flight that lands on the way", () => {
  const landing = (offer: DuffelOffer) => {
    for (const segment of offer.slices.flatMap(({ segments }) => segments))
      Object.assign(segment, { stops: [{ airport: { iata_code: "MXP" }, duration: "PT40M" }] });
  };

  test("counts as one with a stop", async () => {
    expect((await firstOffer(landing, { maxStops: 1 }))?.slices).toMatchObject([{ stops: 1, segments: [{}] }]);
  });

  test("is no answer to a question for flights without stops, and no fault of the other offers", async () => {
    const [cheapest, ...others] = (await search({ maxStops: 0 })).offers;
    fake.alter((offer) => {
      const copy = structuredClone(offer);
      if (Math.round(Number(offer.total_amount) * 100) === cheapest?.total) landing(copy);
      return copy;
    });
    const totals = others.map(({ total }) => ({ total, slices: [{ stops: 0 }] }));
    expect(totals.length).toBeGreaterThan(0);
    expect(await search({ maxStops: 0 })).toMatchObject({ status: "ok", offers: totals });
    expect(await firstOffer(landing, { maxStops: 0 })).toBeUndefined();
    expect(await search({ maxStops: 0 })).toEqual(expect.objectContaining({ status: "no_results", offers: [] }));
  });
});

test("an offer that may be held says until when, and one of Duffel's live mode is not simulated", async () => {
  const held = await firstOffer(({ live_mode: _, ...offer }) => Object.assign(offer, {}), {
    origin: "JFK",
    destination: "EWR",
  });
  expect(held?.payment).toEqual({ instant: false, payBy: expect.any(String), priceUntil: expect.any(String) });
});

test("an account in test mode takes no offer of live mode, and one in live mode none of test mode", async () => {
  const live = await startDuffel("GBP", "duffel_live_only");
  const inLive = () => provider({ ...live }).search(criteriaFor(), new Date());
  expect((await search()).offers[0]).toMatchObject({ provider: "duffel_test", simulated: true });
  expect(await inLive()).toMatchObject({ status: "provider_error", offers: [] });
  for (const one of [fake, live])
    one.alter((offer) => {
      return { ...offer, live_mode: true };
    });
  expect((await inLive()).offers[0]).toMatchObject({ provider: "duffel", simulated: false });
  expect(await search()).toMatchObject({ status: "provider_error", offers: [] });
  await live.stop();
});

describe("baggage is the least that every passenger with a seat has on every segment", () => {
  const bags = async (how: (offer: DuffelOffer) => void) => (await firstOffer(how, { infants: 1, adults: 2 }))?.bags;
  const passengers = (offer: DuffelOffer) => offer.slices.flatMap(({ segments }) => segments).at(-1)?.passengers ?? [];

  test("an infant's bag does not count, another passenger's smaller one does", async () => {
    expect(await bags((offer) => void Object.assign(passengers(offer).at(-1) ?? {}, { baggages: [] }))).toEqual({
      carryOn: 1,
      checked: 2,
    });
    const fewer = [
      { type: "checked", quantity: 1 },
      { type: "carry_on", quantity: 1 },
      { type: "checked", quantity: 0 },
    ];
    expect(await bags((offer) => void Object.assign(passengers(offer)[1] ?? {}, { baggages: fewer }))).toEqual({
      carryOn: 1,
      checked: 1,
    });
  });

  test("where a passenger's bags are not given, they are unknown; no bags are none", async () => {
    expect(await bags((offer) => void passengers(offer).shift())).toBeNull();
    expect(await bags((offer) => void Object.assign(passengers(offer)[0] ?? {}, { baggages: null }))).toBeNull();
    fake.heal();
    const none = await search({ origin: "BTS", destination: "MRU" });
    expect(none.offers[0]?.bags).toEqual({ carryOn: 0, checked: 0 });
  });
});

describe("durations", () => {
  test.each([
    ["PT02H05M", "PT2H5M"],
    ["P1DT2H5M", "PT26H5M"],
    ["PT125M", "PT2H5M"],
    ["PT2H5M30S", "PT2H5M"],
    ["2 hours", "PT2H5M"],
    ["P", "PT2H5M"],
    ["PT0S", "PT2H5M"],
  ])("%s is %s", async (duration, told) => {
    const offer = await firstOffer(({ slices }) => void Object.assign(slices[0] ?? {}, { duration }));
    expect(offer?.slices[0]?.duration).toBe(told);
  });

  test.each([
    ["JFK", "LHR", "2027-03-27T22:00:00", "2027-03-28T10:05:00", "PT7H5M"],
    ["LHR", "JFK", "2027-03-27T10:00:00", "2027-03-27T13:55:00", "PT7H55M"],
    ["AKL", "HNL", "2027-03-27T21:00:00", "2027-03-27T06:55:00", "PT8H55M"],
  ])(
    "from %s to %s, without one, it is the difference of the clocks at both ends",
    async (origin, destination, leaves, lands, took) => {
      const slice = { origin, destination, departure_date: "2027-03-27" };
      const asked = { slices: [slice], passengers: [{ type: "adult" as const }], cabin_class: "economy" as const };
      const [offer] = await offersFor({ ...asked, max_connections: 0 }, "GBP");
      for (const one of offer?.slices ?? []) {
        one.duration = null;
        for (const segment of one.segments) Object.assign(segment, { departing_at: leaves, arriving_at: lands });
      }
      const criteria = criteriaFor({ origin, destination, departureDate: "2027-03-27" });
      const told = toOffer(offer, criteria, new Date(0), Airport.all());
      expect(told).toMatchObject({ slices: [{ duration: took }] });
    },
  );
});

test("an amount is converted by the currency's own units", async () => {
  const priced = async (amount: string) =>
    (await firstOffer((offer) => void Object.assign(offer, { total_amount: amount })))?.total;
  for (const [amount, total] of [
    ["120.30", 12030],
    ["120.3", 12030],
    ["120", 12000],
    ["100.000", 10000],
    ["0.01", 1],
  ] as const)
    expect([amount, await priced(amount)]).toEqual([amount, total]);
  const yen = await startDuffel("JPY");
  yen.alter((offer) => ({ ...offer, total_amount: "12000" }));
  const asked = duffel({ ...yen, currency: "JPY" }).search(criteriaFor({ currency: "JPY" }), new Date());
  expect((await asked).offers[0]?.total).toBe(12000);
  await yen.stop();
});

/** Each makes the first of three offers unusable. */
const spoilt: Record<string, (offer: DuffelOffer) => unknown> = {
  "no object at all": () => null,
  "no total": ({ total_amount: _, ...offer }) => offer,
  "a total of nothing": (offer) => ({ ...offer, total_amount: "0.00" }),
  "a total below nothing": (offer) => ({ ...offer, total_amount: "-1.00" }),
  "a total with too many decimals": (offer) => ({ ...offer, total_amount: "120.305" }),
  "a total that is a number": (offer) => ({ ...offer, total_amount: 120.3 }),
  "a total that is no number": (offer) => ({ ...offer, total_amount: "1e3" }),
  "a total beyond all journeys": (offer) => ({ ...offer, total_amount: "900000000000.00" }),
  "another currency": (offer) => ({ ...offer, total_currency: "EUR" }),
  "a total for one direction": (offer) => ({ ...offer, partial: true }),
  "no such currency": (offer) => ({ ...offer, total_currency: "GBX" }),
  "an end that is no time": (offer) => ({ ...offer, expires_at: "soon" }),
  "an end that is over": (offer) => ({ ...offer, expires_at: new Date(Date.now() - 60_000).toISOString() }),
  "no slices": (offer) => ({ ...offer, slices: [] }),
  "a way back nobody asked for": (offer) => ({ ...offer, slices: [...offer.slices, ...offer.slices] }),
  "no segments": (offer) => ({ ...offer, slices: offer.slices.map((slice) => ({ ...slice, segments: [] })) }),
  "a passenger too many": (offer) => ({ ...offer, passengers: [...offer.passengers, ...offer.passengers] }),
  "an infant for an adult": (offer) => ({ ...offer, passengers: [{ id: "pas_1", age: 1 }] }),
  "an airline without a code": (offer) => segment(offer, { marketing_carrier: { iata_code: null } }),
  "a time with an offset": (offer) => segment(offer, { departing_at: `${day(60)}T06:25:00Z` }),
  "a time that is not": (offer) => segment(offer, { departing_at: `${day(60)}T25:25:00` }),
  "another place at its end": (offer) => segment(offer, { destination: { iata_code: "MXP" } }),
  "another day": (offer) => segment(offer, { departing_at: `${day(61)}T06:25:00` }),
};

function segment(offer: DuffelOffer, over: object) {
  const segments = (given: object[]) => given.map((one) => ({ ...one, ...over }));
  return { ...offer, slices: offer.slices.map((slice) => ({ ...slice, segments: segments(slice.segments) })) };
}

test.each(Object.entries(spoilt))("an offer with %s is left out, and the others are the answer", async (_, how) => {
  fake.alter((offer, index) => (index === 2 ? how(offer) : offer));
  const answer = await search();
  expect(answer.status).toBe("ok");
  expect(answer.offers.map(({ total }) => total)).toEqual([12050, 14050]);
});

test("a penalty that cannot be converted is unknown", async () => {
  const penalty = { allowed: true, penalty_amount: "40.005", penalty_currency: "GBP" };
  const offer = await firstOffer(
    ({ conditions }) => void Object.assign(conditions, { refund_before_departure: penalty }),
  );
  expect(offer?.conditions.refund).toEqual({ allowed: true, penalty: null });
});
