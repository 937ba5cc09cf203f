import { expect, test } from "vitest";
import * as Fare from "../../src/fare.ts";
import * as Search from "../../src/flight/search.ts";
import type { Answer, Offer } from "../../src/flight.ts";
import { at, minutesLater, offer, ok, stubProvider } from "../support/provider.ts";

/** An offer of a flight that leaves on this local time. */
function leaving(departingAt: string, total: number, [origin = "", destination = ""]: string[]): Offer {
  const leg = { origin, destination, departingAt, arrivingAt: departingAt };
  const segment = { ...leg, carrier: "FR", operatingCarrier: null, flightNumber: String(total) };
  return { ...offer(total), slices: [{ ...leg, duration: "PT2H", stops: 0, segments: [segment] }] };
}

/** The totals of a search at `at` and five minutes later, of flights that leave at these local times. */
async function totals(journey: { origin: string | string[]; destination: string }, times: string[]) {
  const ends = [[journey.origin].flat()[0] ?? "", journey.destination];
  const offers = times.map((time, index) => leaving(time, (index + 1) * 100, ends));
  const provider = stubProvider((): Answer => ok(...(offers as [Offer])));
  const query = { ...journey, departureDate: times[0]?.slice(0, 10), currency: "GBP" };
  const answers = [];
  for (const moment of [at, minutesLater(5)]) {
    const { items, count, status, facets } = await Search.search(provider, query, moment);
    answers.push({ totals: items.map(({ total }) => total.amount), count, status, stops: facets.stops.length });
  }
  expect(provider.calls).toHaveLength([journey.origin].flat().length);
  return answers;
}

test("a flight that has left since the search is not offered from the stored answer", async () => {
  const journey = { origin: "STN", destination: "BGY" };
  expect(await totals(journey, ["2026-11-22T12:03", "2026-11-22T18:00"])).toEqual([
    { totals: ["1.00", "2.00"], count: 2, status: "ok", stops: 1 },
    { totals: ["2.00"], count: 1, status: "ok", stops: 1 },
  ]);
  // At noon in London it is the next day in Auckland.
  expect(await totals({ origin: "AKL", destination: "SYD" }, ["2026-11-23T01:03", "2026-11-23T09:00"])).toEqual([
    { totals: ["1.00", "2.00"], count: 2, status: "ok", stops: 1 },
    { totals: ["2.00"], count: 1, status: "ok", stops: 1 },
  ]);
});

test("when the last flight has left, nothing is sold, also between several places", async () => {
  const after = { totals: [], count: 0, status: "no_results", stops: 0 };
  expect((await totals({ origin: "STN", destination: "CIA" }, ["2026-11-22T12:05"]))[1]).toEqual(after);
  expect((await totals({ origin: ["STN", "LTN"], destination: "LIN" }, ["2026-11-22T12:03"]))[1]).toEqual(after);
});

test("the last price of a day is that of a flight that has not left", async () => {
  const ends = ["STN", "BGY"];
  const offers = [leaving("2026-11-22T13:00", 100, ends), leaving("2026-11-22T18:00", 200, ends)];
  const searchedAt = at.toISOString();
  const stored = { status: "ok" as const, searchedAt, freshUntil: searchedAt, offers, providers: [] };
  const prices = [0, 60, 360].map((minutes) => Fare.lastPrice(stored, minutesLater(minutes)));
  expect(prices).toEqual([
    { price: 100, status: "ok", searchedAt },
    { price: 200, status: "ok", searchedAt },
    { price: null, status: "no_results", searchedAt },
  ]);
});
