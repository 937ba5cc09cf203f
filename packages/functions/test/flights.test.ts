import { sql } from "@travel-conductor/core/base/db";
import { provider } from "@travel-conductor/core/flight";
import { counted } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import * as a from "./support/client.ts";

const departureDate = a.wanted().departureDate;
const journey = (over: object) =>
  new URLSearchParams({ origin: "LON", destination: "JFK", currency: "GBP", ...over }).toString();
const search = async (over: object, status = 200) =>
  a.read(await a.call("GET", `/v1/flights?${journey({ departureDate, ...over })}`), status);
const faults = ({ errors }: { errors: { pointer: string }[] }) => errors.map(({ pointer }) => pointer);

/** A month that begins two months from now, so that all its days are on sale. */
const month = new Date(Date.now() + 70 * 86_400_000).toISOString().slice(0, 7);

test("filters are taken from the query, and cause no new provider call", async () => {
  const { items: all } = await search({ limit: 100 });
  const carriers = [...new Set<string>(all.map((offer: Offer) => offer.slices[0]?.segments[0]?.carrier))];
  const [first = ""] = carriers;
  const spy = vi.spyOn(provider, "search");
  const only = await search({ airlines: first.toLowerCase(), limit: 100 });
  const but = await search({ excludeAirlines: first, limit: 100 });
  const refundable = await search({ refundable: "true", bags: "1", limit: 100 });
  const any = await search({ refundable: "false", limit: 100, sort: "duration" });
  expect(spy).not.toHaveBeenCalled();
  spy.mockRestore();
  expect(only.items.length).toBeGreaterThan(0);
  expect(only.items.length + but.items.length).toBeLessThanOrEqual(all.length);
  const fitting = all.filter(({ bags, conditions }: Offer) => (bags?.checked ?? 0) >= 1 && conditions.refund?.allowed);
  expect(refundable.items).toEqual(fitting);
  expect(any.items).toHaveLength(all.length);
});

test("airlines that we do not know are taken, and listed", async () => {
  const { items, unknownAirlines } = await search({
    airlines: "ba,q0,4y",
    excludeAirlines: "X0",
    flights: "Y0123,BA1",
  });
  expect([items, unknownAirlines]).toEqual([[], ["Q0", "X0", "Y0"]]);
  expect((await search({ airlines: "BA" })).unknownAirlines).toEqual([]);
  expect((await search({})).unknownAirlines).toEqual([]);
});

type Offer = {
  bags: { checked: number } | null;
  conditions: { refund: { allowed: boolean } | null };
  slices: { segments: { carrier: string }[] }[];
};

test.each([
  [{ refundable: "yes" }, ["#refundable"]],
  [{ refundable: "1", bags: "true" }, ["#bags", "#refundable"]],
  [{ airlines: "BA,,LH" }, ["#airlines"]],
  [{ airlines: "BA,00", excludeAirlines: "Q" }, ["#airlines", "#excludeAirlines"]],
  [{ departAfter: "18:00", departBefore: "06:00", arriveBefore: "6pm" }, ["#arriveBefore", "#departBefore"]],
  [{ returnArriveAfter: "06:00" }, ["#returnArriveAfter"]],
  [{ destination: "LHR" }, ["#destination"]],
  [{ destination: "LON" }, ["#destination"]],
  [{ departureDate: "2020-01-01", returnDate: "2020-01-02" }, ["#departureDate", "#returnDate"]],
  [{ adults: "1", infants: "2" }, ["#infants"]],
  [{ adults: "7", childAges: "4,9,12" }, ["#childAges"]],
])("%j is refused with %j named", async (over, pointers) => {
  expect(faults(await search(over, 422)).sort()).toEqual(pointers);
});

test("a known month takes one request to Redis, for any caller; an insight also one to Postgres", async () => {
  const { token } = await a.user();
  const get = async (path: string) => a.read(await a.call("GET", `/v1/flights/${path}`, { token }), 200);
  const calendar = `calendar?${journey({ month, nights: 7 })}`;
  const insight = `insight?${journey({ departureDate, price: "300.00" })}`;
  const unknown = async () => (await get(calendar)).items.some((day: { status: string }) => day.status === "unknown");
  while (await unknown());
  await get(insight);
  expect(await counted(() => get(calendar))).toEqual({ redis: 1, postgres: 0 });
  expect(await counted(() => get(insight))).toEqual({ redis: 1, postgres: 1 });
});

test("a month that is asked of the provider day by day finds its caller once", async () => {
  const { token } = await a.user();
  const ask = (nights: number, caller: object) =>
    counted(
      async () =>
        void (await a.read(await a.call("GET", `/v1/flights/calendar?${journey({ month, nights })}`, caller), 200)),
    );
  await ask(4, {});
  const anybody = await ask(5, {});
  expect((await ask(6, { token })).postgres).toBe(anybody.postgres + 1);
});

test("a forecast takes one request to each store, names what is wrong with a question, and is kept without the caller", async () => {
  const { token } = await a.user();
  const get = (over: object = {}) =>
    a.call("GET", `/v1/flights/forecast?${journey({ departureDate, ...over })}`, { token });
  const said = await a.read(await get(), 200);
  expect(said).toMatchObject({ status: "abstained", probability: null, within: 7, threshold: "0.02", departureDate });
  expect(await counted(get)).toEqual({ redis: 1, postgres: 1 });
  const rows = await sql`select departure_date::text, why from forecasts`;
  expect(rows).toEqual([{ departure_date: departureDate, why: said.why }]);
  expect(faults(await a.read(await get({ price: "24.99", adults: 0 }), 422)).sort()).toEqual(["#adults", "#price"]);
  expect(await sql`select from forecasts`).toHaveLength(1);
});

test("a caller over its limit causes no provider call", async () => {
  const address = await a.spent();
  const spy = vi.spyOn(provider, "search");
  const refused = await a.call("GET", `/v1/flights/calendar?${journey({ month, adults: 2 })}`, { address });
  expect(await a.read(refused, 429)).toMatchObject({ code: "limit.reached" });
  expect(spy).not.toHaveBeenCalled();
  spy.mockRestore();
});
