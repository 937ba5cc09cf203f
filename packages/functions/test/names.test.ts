import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";

const stansted = {
  kind: "airport",
  name: "London Stansted Airport",
  city: "London",
  country: "GB",
  timeZone: "Europe/London",
};
const bergamo = {
  kind: "airport",
  name: "Milan Bergamo Airport",
  city: "Bergamo",
  country: "IT",
  timeZone: "Europe/Rome",
};
const london = { ...stansted, kind: "city", name: "London, all airports" };

type Segment = { origin: string; destination: string; carrier: string; operatingCarrier: string | null };
type Offer = { id: string; slices: { segments: Segment[] }[] };

/** The codes of places and airlines in offers, and of those asked for or in facets, sorted. */
function codesOf(offers: Offer[], asked: string[], airlines: string[]): { places: string[]; carriers: string[] } {
  const segments = offers.flatMap(({ slices }) => slices.flatMap(({ segments }) => segments));
  const sorted = (codes: (string | null)[]) => [...new Set(codes.filter((code) => code !== null))].sort();
  return {
    places: sorted([...asked, ...segments.flatMap(({ origin, destination }) => [origin, destination])]),
    carriers: sorted([...airlines, ...segments.flatMap((each) => [each.carrier, each.operatingCarrier])]),
  };
}

const { departureDate } = a.wanted();

test.each([
  ["LON", "BGY", ["LON", "BGY"]],
  ["LHR", "JFK", ["LHR", "JFK"]],
  ["STN,LTN", "BGY", ["STN", "LTN", "BGY"]],
])(
  "a search from %s to %s names every place and airline in its offers and facets and no other",
  async (origin, destination, asked) => {
    const path = `/v1/flights?origin=${origin}&destination=${destination}&departureDate=${departureDate}&currency=GBP`;
    for (const page of [path, `${path}&limit=2`, path]) {
      const { items, places, carriers, facets } = await a.read(await a.call("GET", page), 200);
      const inFacets = facets.airlines.map(({ code }: { code: string }) => code);
      expect(items.length).toBeGreaterThan(0);
      expect({ places: Object.keys(places), carriers: Object.keys(carriers) }).toEqual(codesOf(items, asked, inFacets));
      for (const name of Object.values(carriers)) expect(name).toMatch(/\w{3}/);
    }
  },
);

test("a city is named beside its airports, also where no offer was found", async () => {
  const path = `/v1/flights?origin=LON&destination=BGY&departureDate=${departureDate}&currency=GBP`;
  const { places, carriers } = await a.read(await a.call("GET", `${path}&flights=ZZ9`), 200);
  expect({ places, carriers }).toEqual({ places: { BGY: bergamo, LON: london }, carriers: {} });
});

test("a confirmed offer has the names of its codes", async () => {
  const { offer, places, carriers } = await a.read(await a.call("GET", `/v1/flights/offers/${await a.offer()}`), 200);
  expect({ places: Object.keys(places), carriers: Object.keys(carriers) }).toEqual(
    codesOf([offer], ["LHR", "JFK"], []),
  );
  expect(places.JFK).toMatchObject({ city: "New York", country: "US", timeZone: "America/New_York" });
});

test("a watch has the names of its places and airlines in every answer, a list beside its items", async () => {
  const { token } = await a.user();
  const wishes = { origin: ["LON", "STN"], airlines: ["FR", "ZZ"], flights: ["BA117"] };
  const names = {
    places: { BGY: bergamo, LON: london, STN: stansted },
    carriers: { BA: "British Airways", FR: "Ryanair" },
  };
  const made = await a.read(await a.call("POST", "/v1/watches", { token, body: a.wanted(wishes) }), 201);
  expect(made).toMatchObject({ airlines: ["FR", "ZZ"], ...names });
  const path = `/v1/watches/${made.id}`;
  expect(await a.read(await a.call("GET", path, { token }), 200)).toMatchObject(names);
  expect(await a.read(await a.call("POST", `${path}/pause`, { token }), 200)).toMatchObject({
    state: "paused",
    ...names,
  });
  const { items, ...list } = await a.read(await a.call("GET", "/v1/watches", { token }), 200);
  expect(list).toEqual({ nextCursor: null, unread: 0, ...names });
  expect(items[0]).not.toHaveProperty("places");
});

test("alerts have the names of their places beside them, and no name takes a request", async () => {
  const { token } = await a.user();
  await a.alert(token);
  const { items, places } = await a.read(await a.call("GET", "/v1/alerts", { token }), 200);
  expect(items).toHaveLength(1);
  expect(places).toEqual({ BGY: bergamo, STN: stansted });
  for (const path of ["/v1/alerts", "/v1/watches"]) {
    const read = async () => void (await a.read(await a.call("GET", path, { token }), 200));
    expect(await counted(read)).toEqual({ redis: 1, postgres: 1 });
  }
});
