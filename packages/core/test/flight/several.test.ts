import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as Search from "../../src/flight/search.ts";
import type { Answer, Criteria, FareProvider, Offer } from "../../src/flight.ts";
import * as Flight from "../../src/flight.ts";
import { at, noResults, offer, ok, providerError } from "../support/provider.ts";

let nextDay = 0;
/** A query between several places on a day that no other test of the file uses. */
const queryOf = (over: object = {}) => ({
  origin: ["STN", "LTN"],
  destination: ["BGY", "MXP"],
  departureDate: new Date(Date.UTC(2027, 0, 1 + nextDay++)).toISOString().slice(0, 10),
  currency: "GBP",
  ...over,
});

/** A provider that answers each pair as `answers` says, by `STN-BGY`, and notes which it was asked for. */
function marketOf(answers: (pair: string) => Answer): FareProvider & { asked: string[] } {
  const asked: string[] = [];
  const search = async ({ origin, destination }: Criteria) => {
    asked.push(`${origin}-${destination}`);
    return answers(`${origin}-${destination}`);
  };
  return { name: "stub", asked, search };
}

/** An offer of one flight, by its number. */
function flight(number: string, total: number, [from = "", to = ""] = ["STN", "BGY"]): Offer {
  const ends = { origin: from, destination: to };
  const times = { departingAt: "2027-01-01T06:00", arrivingAt: "2027-01-01T09:00", duration: "PT2H" };
  const segment = { ...ends, ...times, carrier: "FR", flightNumber: number, operatingCarrier: null } as never;
  return { ...offer(total), slices: [{ ...ends, ...times, segments: [segment] } as never] };
}

const totals: Record<string, number> = { "STN-BGY": 3000, "STN-MXP": 2000, "LTN-BGY": 4000, "LTN-MXP": 1000 };
const sell = (pair: string) => ok(flight(String(totals[pair]), totals[pair] as number, pair.split("-") as never));

test("each pair of places is a search of its own, and their offers are one list in order", async () => {
  const provider = marketOf(sell);
  const query = queryOf();
  const found = await Search.search(provider, query, at);
  expect(provider.asked.sort()).toEqual(Object.keys(totals).sort());
  expect(found.items.map(({ total }) => total.amount)).toEqual(["10.00", "20.00", "30.00", "40.00"]);
  expect(found).toMatchObject({ status: "ok", freshness: "fresh", unanswered: [], nextCursor: null });
  expect(found.providers).toEqual([{ name: "stub", status: "ok" }]);
  // Each is stored as the answer to its own pair.
  const one = await Search.search(provider, { ...query, origin: "STN", destination: "MXP" }, at);
  expect(one).toMatchObject({ freshness: "cached", items: [{ id: found.items[1]?.id }] });
  expect(provider.asked).toHaveLength(4);
});

test("pages of several places go on where the one before ended", async () => {
  const provider = marketOf(sell);
  const query = queryOf({ limit: 3 });
  const first = await Search.search(provider, query, at);
  const second = await Search.search(provider, { ...query, cursor: first.nextCursor }, at);
  expect([first, second].map(({ items }) => items.length)).toEqual([3, 1]);
  expect(second.freshness).toBe("cached");
});

test("a pair without an answer is named, and makes the answer partial", async () => {
  const failing = new Set(["STN-MXP", "LTN-BGY"]);
  const provider = marketOf((pair) => (failing.has(pair) ? providerError : sell(pair)));
  const found = await Search.search(provider, queryOf(), at);
  expect(found.status).toBe("partial");
  expect(found.items).toHaveLength(2);
  expect(found.unanswered).toEqual([
    { origin: "STN", destination: "MXP", code: "flight.provider" },
    { origin: "LTN", destination: "BGY", code: "flight.provider" },
  ]);
});

test("nothing sold between any of them is no result, and no answer for any of them is the first one's problem", async () => {
  expect(
    await Search.search(
      marketOf(() => noResults),
      queryOf(),
      at,
    ),
  ).toMatchObject({
    status: "no_results",
    items: [],
    unanswered: [],
  });
  await expect(
    Search.search(
      marketOf(() => providerError),
      queryOf(),
      at,
    ),
  ).rejects.toMatchObject({
    code: "flight.provider",
  });
});

test("the same flights for two pairs are one offer, the cheapest", async () => {
  const provider = marketOf((pair) => ok(flight("2871", pair.startsWith("LON") ? 900 : 950)));
  const found = await Search.search(provider, queryOf({ origin: ["STN", "LON"], destination: "BGY" }), at);
  expect(found.items.map(({ total }) => total.amount)).toEqual(["9.00"]);
});

test("brands and days of the same flights are all kept, and the same one of two pairs is one offer", async () => {
  const brand = (total: number, checked: number | null, day = "2027-01-01"): Offer => {
    const { slices, ...rest } = flight("2871", total);
    const segments = slices[0]!.segments.map((segment) => ({ ...segment, departingAt: `${day}T06:00` }));
    return { ...rest, bags: checked === null ? null : { carryOn: 1, checked }, slices: [{ ...slices[0]!, segments }] };
  };
  const provider = marketOf((pair) =>
    pair.startsWith("STN")
      ? ok(brand(900, 0), brand(1200, 1), brand(1500, 1), brand(1600, 0, "2027-01-02"))
      : ok(brand(950, 0), brand(1100, 1), brand(1150, 1), brand(2000, 2)),
  );
  const query = queryOf({ origin: ["STN", "LON"], destination: "BGY" });
  const totals = async (over: object) =>
    (await Search.search(provider, { ...query, ...over }, at)).items.map(({ total }) => total.amount);
  expect(await totals({})).toEqual(["9.00", "11.00", "11.50", "16.00", "20.00"]);
  expect(await totals({ bags: 1 })).toEqual(["11.00", "11.50", "20.00"]);
});

test("stored answers of several places are one request to Redis", async () => {
  const provider = marketOf(sell);
  const query = queryOf();
  await Search.search(provider, query, at);
  expect(await counted(() => Search.search(provider, query, at))).toEqual({ redis: 1, postgres: 0 });
});

test("every place at fault is named, before a provider is asked", async () => {
  const provider = marketOf(sell);
  const query = queryOf({ origin: ["STN", "XXX"], destination: ["QQX", "LON"] });
  const { errors } = await Search.search(provider, query, at).catch((error) => error);
  expect(errors.map(({ pointer, detail }: { pointer: string; detail: string }) => `${pointer} ${detail}`)).toEqual([
    expect.stringMatching(/^#destination QQX is not the code/),
    expect.stringMatching(/^#destination LON must not be where the journey begins/),
    expect.stringMatching(/^#origin XXX is not the code/),
  ]);
  expect(provider.asked).toEqual([]);
});

test.each([
  [{ origin: [] }, "origin"],
  [{ origin: ["STN", "stn"] }, "origin"],
  [{ destination: ["BGY", "MXP", "LIN", "FCO", "CIA", "VCE"] }, "destination"],
  [{ origin: ["STN", "BGY"] }, "destination"],
])("%o is refused", async (over, field) => {
  await expect(Flight.search(queryOf(over), at)).rejects.toMatchObject({
    issues: [expect.objectContaining({ path: [expect.objectContaining({ key: field })] })],
  });
});
