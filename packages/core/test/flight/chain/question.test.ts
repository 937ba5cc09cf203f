import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Airport from "../../../src/airport.ts";
import { holdToQuestion, type Misfit, misfitOf, placesOf } from "../../../src/flight/chain/question.ts";
import { chain } from "../../../src/flight/chain.ts";
import type { Stated } from "../../../src/flight/offer.ts";
import { simulator } from "../../../src/flight/simulator.ts";
import type { Criteria, Offer } from "../../../src/flight.ts";
import { at, clock, criteria, name, offer, ok, scriptedProvider } from "../../support/chain.ts";
import { criteriaFor, day, fake, provider, search } from "../../support/duffel.ts";
import { metricLines } from "../../support/logs.ts";

const good = offer("x", "1", 5000);
const [there] = good.slices;
if (!there) throw new Error("an offer has a slice");
const back = {
  ...there,
  ...{ origin: "BGY", destination: "STN", departingAt: "2027-03-08T07:00", arrivingAt: "2027-03-08T10:00" },
};
const statedFor = (over: Partial<Stated> = {}): Stated => ({
  travelers: [{ type: "adult", age: null }],
  cabins: [[{ cabin: "economy", minutes: 120 }]],
  ...over,
});
const party = (...travelers: [type: "adult" | "child" | "infant", age?: number][]) => ({
  stated: statedFor({ travelers: travelers.map(([type, age = null]) => ({ type, age })) }),
});
const flown = (...cabins: [cabin: Criteria["cabin"] | null, minutes: number][]) => ({
  stated: statedFor({ cabins: [cabins.map(([cabin, minutes]) => ({ cabin, minutes }))] }),
});
const slices = (over: Partial<typeof there>, ...more: (typeof there)[]) => ({
  slices: [{ ...there, ...over }, ...more],
});
const week = { returnDate: "2027-03-08" };
const family = { adults: 2, childAges: [5, 13], infants: 1 };

describe("each field of the question is compared", () => {
  const cases: [string, Partial<Criteria>, Partial<Offer>, Misfit | undefined][] = [
    ["the same", {}, {}, undefined],
    ["another currency", {}, { currency: "EUR" }, "currency"],
    ["no slices", {}, { slices: [] }, "slices"],
    ["a way back that was not asked for", {}, slices({}, back), "slices"],
    ["no way back", week, {}, "slices"],
    ["a way back", week, slices({}, back), undefined],
    ["another day", {}, slices({ departingAt: "2027-03-02T07:00" }), "days"],
    ["another day of the return", { returnDate: "2027-03-09" }, slices({}, back), "days"],
    ["a return before the landing", week, slices({ arrivingAt: "2027-03-08T08:00" }, back), "order"],
    ["another origin", {}, slices({ origin: "LGW" }), "places"],
    ["an airport of the city", { origin: "LON", destination: "MIL" }, {}, undefined],
    ["an airport of another city", { origin: "PAR" }, {}, "places"],
    ["a return to another airport", week, slices({}, { ...back, destination: "LGW" }), "places"],
    [
      "a return to another airport of the city",
      { ...week, origin: "LON" },
      slices({}, { ...back, destination: "LGW" }),
      undefined,
    ],
    ["a return from elsewhere", week, slices({}, { ...back, origin: "LIN" }), "places"],
    ["a landing on the way", { maxStops: 0 }, slices({ stops: 1 }), "stops"],
    ["a connection", { maxStops: 0 }, slices({ segments: [...there.segments, ...there.segments] }), "stops"],
    ["as many stops as allowed", { maxStops: 1 }, slices({ stops: 1 }), undefined],
    [
      "the party, with ages",
      family,
      party(["adult"], ["adult"], ["child", 13], ["child", 5], ["infant", 1]),
      undefined,
    ],
    ["a child of 13 as an adult", family, party(["adult"], ["adult"], ["adult"], ["child", 5], ["infant"]), undefined],
    ["a child of 5 as an adult", family, party(["adult"], ["adult"], ["adult"], ["adult"], ["infant"]), "party"],
    ["a child of another age", family, party(["adult"], ["adult"], ["child", 7], ["child", 13], ["infant"]), "party"],
    ["one child twice", family, party(["adult"], ["adult"], ["child", 5], ["child", 5], ["infant"]), "party"],
    ["no infant", family, party(["adult"], ["adult"], ["child", 5], ["child", 13]), "party"],
    ["a child for an adult", {}, party(["child", 5]), "party"],
    ["an adult too many", {}, party(["adult"], ["adult"]), "party"],
    ["a lower cabin", { cabin: "business" }, flown(["premium_economy", 120]), "cabin"],
    ["a better cabin", { cabin: "business" }, flown(["first", 120]), undefined],
    [
      "a short flight to the hub in a lower cabin",
      { cabin: "business" },
      flown(["economy", 60], ["business", 400]),
      undefined,
    ],
    ["the long flight in a lower cabin", { cabin: "business" }, flown(["business", 60], ["economy", 400]), "cabin"],
    ["a cabin that is not told", { cabin: "business" }, flown([null, 60]), undefined],
  ];

  test.each(cases)("%s", async (_, question, over, misfit) => {
    const asked = { ...criteria, ...question };
    expect(misfitOf({ ...good, ...over }, asked, await placesOf(asked))).toBe(misfit);
  });

  test("a return on the day before the departure fits over the date line", async () => {
    const asked = {
      ...criteria,
      origin: "APW",
      destination: "PPG",
      departureDate: "2027-01-05",
      returnDate: "2027-01-04",
    };
    const out = {
      ...there,
      origin: "APW",
      destination: "PPG",
      departingAt: "2027-01-05T09:00",
      arrivingAt: "2027-01-04T09:35",
    };
    const home = {
      ...out,
      origin: "PPG",
      destination: "APW",
      departingAt: "2027-01-04T18:00",
      arrivingAt: "2027-01-05T18:35",
    };
    const places = await placesOf(asked);
    expect(misfitOf({ ...good, slices: [out, home] }, asked, places)).toBeUndefined();
    expect(misfitOf({ ...good, slices: [out, { ...home, departingAt: "2027-01-04T09:00" }] }, asked, places)).toBe(
      "order",
    );
  });
});

describe("an answer of a provider", () => {
  const answerTo = (says: Parameters<typeof scriptedProvider>[0], question = criteria) =>
    chain([scriptedProvider(says)], { clock: () => clock.now }).search(question, at);
  const other = offer("x", "2", 4000, { slices: [{ ...there, departingAt: "2027-03-02T07:00" }] });
  const landing = offer("x", "3", 4000, { slices: [{ ...there, stops: 1 }] });

  test("loses the offers that do not fit, and stays ok", async () => {
    expect(await answerTo(ok(other, good))).toMatchObject({ status: "ok", offers: [{ total: 5000 }] });
  });

  test("all of whose offers are for another question is a failure; all with too many stops, empty", async () => {
    expect((await answerTo(ok(other))).status).toBe("provider_error");
    expect((await answerTo(ok(landing), { ...criteria, maxStops: 0 })).status).toBe("no_results");
    expect((await answerTo(ok(landing, other), { ...criteria, maxStops: 0 })).status).toBe("provider_error");
  });

  test("is partial where most of it is unreadable, ok where some of it is, a failure where all is", async () => {
    expect((await answerTo({ ...ok(good), unreadable: 1 })).status).toBe("ok");
    expect((await answerTo({ ...ok(good), unreadable: 2 })).status).toBe("partial");
    expect((await answerTo({ status: "provider_error", offers: [], unreadable: 2 })).status).toBe("provider_error");
  });

  test("is not kept or shown with what was only compared", async () => {
    const { offers } = await answerTo(ok({ ...good, stated: statedFor() }));
    expect(offers).toEqual([good]);
    const confirmed = await holdToQuestion({
      ...scriptedProvider(),
      confirm: async () => ({ status: "ok", offer: { ...good, stated: statedFor() } }),
    }).confirm(criteria, good, at);
    expect(confirmed).toEqual({ status: "ok", offer: good });
  });

  test("to a look-up of an offer that no longer fits is that it is gone", async () => {
    const seller = scriptedProvider();
    const { confirm } = chain([seller], { clock: () => clock.now });
    const sold = { provider: seller.name, reference: "1" };
    expect(await confirm(criteria, sold, at)).toMatchObject({ status: "ok" });
    expect(await confirm({ ...criteria, departureDate: "2027-03-02" }, sold, at)).toEqual({ status: "gone" });
  });

  test("is counted by provider and by reason", async () => {
    const seller = { ...scriptedProvider({ ...ok(other, landing, good), unreadable: 2 }), name: name() };
    const lines = await metricLines(async () => {
      await holdToQuestion(seller).search({ ...criteria, maxStops: 0 }, at);
    });
    const counted = lines.map(({ _aws, ...line }) => line);
    const provider = seller.name;
    expect(counted).toEqual([
      { provider, reason: "days", OffersLeftOut: 1 },
      { provider, reason: "stops", OffersLeftOut: 1 },
      { provider, reason: "unreadable", OffersLeftOut: 2 },
      { provider, OffersRead: 3, OffersUnreadable: 2, OffersMisfit: 1 },
    ]);
  });
});

describe("Duffel's offers", () => {
  test("that land on the way are none without stops", async () => {
    fake.sell({ landsAt: "MXP" });
    expect(await search({ maxStops: 0 })).toMatchObject({ status: "no_results", offers: [] });
    expect((await search({ maxStops: 1 })).offers).toMatchObject([
      { slices: [{ stops: 1 }] },
      { slices: [{ stops: 1 }] },
    ]);
  });

  test("with the longer flight in a lower cabin are none; with the shorter one, they say so", async () => {
    fake.sell({ feederCabin: "economy" });
    const { offers } = await search({ cabin: "business" });
    expect(offers.map(({ slices }) => slices[0]?.segments.map(({ cabin }) => cabin))).toEqual([
      [undefined],
      [undefined],
      ["economy", undefined],
    ]);
    expect(offers.every((one) => !("stated" in one))).toBe(true);
    fake.alter((one) => {
      const copy = structuredClone(one);
      const [long] = copy.slices[0]?.segments ?? [];
      if (copy.slices[0]?.segments.length === 2) Object.assign(long ?? {}, { duration: "PT9H" });
      return copy;
    });
    expect(await search({ cabin: "business" })).toMatchObject({ status: "ok", offers: [{}, {}] });
  });

  test.each([
    ["another day", { daysLater: 1 }, "gone"],
    ["another airport", { arrivesAt: "MXP" }, "gone"],
    ["another party", { moreAdults: 1 }, "gone"],
    ["one direction", { partial: true }, "provider_error"],
  ])("for %s are a failure, and none to confirm", async (_, market, status) => {
    fake.sell(market);
    expect(await search()).toMatchObject({ status: "provider_error", offers: [] });
    const reference = [...fake.offers.keys()].at(-1) ?? "";
    const confirmed = await provider().confirm(criteriaFor(), { provider: "duffel", reference }, new Date());
    expect(confirmed.status).toBe(status);
  });

  test("with children fit at any of a child's ages", async () => {
    const answer = await search({ ...family, returnDate: day(70) });
    expect(answer).toMatchObject({ status: "ok", offers: [{}, {}, {}] });
  });
});

test("every offer of the simulated market fits its question", async () => {
  const airports = [...Airport.all().values()].filter(({ size }) => size >= 7).map(({ code }) => code);
  const place = fc.constantFrom(...airports, "LON", "NYC", "TYO", "PAR", "MIL");
  const dated = (days: number) => new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const question = fc
    .record({
      origin: place,
      destination: place,
      days: fc.integer({ min: 1, max: 300 }),
      stay: fc.option(fc.integer({ min: 0, max: 20 })),
      adults: fc.integer({ min: 1, max: 4 }),
      childAges: fc.array(fc.integer({ min: 2, max: 17 }), { maxLength: 3 }),
      cabin: fc.constantFrom("economy", "premium_economy", "business", "first"),
      maxStops: fc.constantFrom(null, 0, 1, 2),
      currency: fc.constantFrom("GBP", "USD", "JPY"),
    })
    .map(({ days, stay, ...rest }) => {
      const returnDate = stay === null ? null : dated(days + stay);
      return { ...rest, infants: 0, departureDate: dated(days), returnDate } as Criteria;
    });
  let offered = 0;
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const { offers } = await simulator.search(asked, at);
      const places = await placesOf(asked);
      offered += offers.length;
      expect(offers.flatMap((one) => misfitOf(one, asked, places) ?? [])).toEqual([]);
    }),
    { numRuns: 150 },
  );
  expect(offered).toBeGreaterThan(500);
});
