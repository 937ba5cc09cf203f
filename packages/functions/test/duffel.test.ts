import { createHmac } from "node:crypto";
import { startDuffel, type Trouble } from "@travel-conductor/local/duffel";
import * as v from "valibot";
import { afterAll, beforeEach, expect, test, vi } from "vitest";

/** The app must know Duffel's address before it is loaded. */
const fake = await startDuffel("GBP");
vi.stubEnv("DUFFEL_ACCESS_TOKEN", fake.token);
vi.stubEnv("DUFFEL_URL", fake.url);
vi.stubEnv("DUFFEL_CURRENCY", "GBP");
vi.stubEnv("FLIGHT_BUDGET_DUFFEL", "100000");
const a = await import("./support/client.ts");
const { redis } = await import("@travel-conductor/core/base/cache");
const Flight = await import("@travel-conductor/core/flight");

beforeEach(async () => {
  fake.heal();
  await redis.flushall();
});
afterAll(() => fake.stop());

let days = 30;
/** A search that no other test of this file makes. */
const trip = (over = "currency=GBP") => {
  const date = new Date(Date.now() + ++days * 86_400_000).toISOString().slice(0, 10);
  return `/v1/flights?origin=STN&destination=BGY&departureDate=${date}&${over}`;
};

/** The content of an offer's id, after its signature, and an id that this stage's secret signed. */
const contentOf = (id: string): unknown[] => JSON.parse(Buffer.from(id.slice(4), "base64url").subarray(12).toString());
const signed = (content: unknown[]) => {
  const text = JSON.stringify(content);
  const signature = createHmac("sha256", "local").update(text).digest().subarray(0, 12);
  return `ofr_${Buffer.concat([signature, Buffer.from(text)]).toString("base64url")}`;
};
const get = (path: string) => a.call("GET", path);

test("a search takes one request to Duffel, and its first offer is confirmed with it", async () => {
  const path = trip();
  const found = await a.read(await get(path), 200);
  expect(v.parse(Flight.Result, found)).toEqual(found);
  expect(found).toMatchObject({ status: "ok", freshness: "fresh", providers: [{ name: "duffel_test", status: "ok" }] });
  expect(await a.read(await get(path), 200)).toMatchObject({ freshness: "cached" });
  expect(fake.seen).toHaveLength(1);

  const [{ id, total }] = found.items;
  const offer = `/v1/flights/offers/${id}`;
  expect(await a.read(await get(offer), 200)).toMatchObject({ offer: found.items[0], change: "same" });
  for (const { offer } of fake.offers.values()) offer.total_amount = "99.00";
  await redis.flushall();
  expect(await a.read(await get(offer), 200)).toMatchObject({
    change: "changed",
    offer: { total: { amount: "99.00", currency: "GBP" } },
    previousTotal: total,
  });
  for (const one of fake.offers.values()) one.withdrawn = true;
  await redis.flushall();
  expect(await a.read(await get(offer), 200)).toMatchObject({ offer: null, change: "gone" });
});

test("no flights are an answer", async () => {
  const path = trip().replace("STN", "PVD").replace("BGY", "RAI");
  expect(await a.read(await get(path), 200)).toMatchObject({ status: "no_results", items: [] });
});

test("one unreadable offer of Duffel's is left out; an answer that is mostly unreadable is partial", async () => {
  fake.alter((offer, index) => (index === 0 ? { id: offer.id } : offer));
  expect(await a.read(await get(trip()), 200)).toMatchObject({ status: "ok", items: [{}, {}] });
  fake.alter((offer, index) => (index < 2 ? { id: offer.id } : offer));
  expect(await a.read(await get(trip()), 200)).toMatchObject({ status: "partial", items: [{}] });
});

const troubles: [Trouble, number, string][] = [
  ["cut", 502, "flight.provider"],
  ["half", 502, "flight.provider"],
  ["html", 502, "flight.provider"],
  [{ status: 500 }, 502, "flight.provider"],
  [{ status: 401, code: "access_token_not_found" }, 502, "flight.provider"],
  [{ status: 429 }, 503, "flight.busy"],
];

test.each(troubles)(
  "after %j the answer is a problem, and the next search is answered",
  async (trouble, status, code) => {
    const path = trip();
    fake.next(trouble);
    const refused = await get(path);
    expect(await a.read(refused.clone(), status)).toMatchObject({ code });
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    await redis.flushall();
    const found = await a.read(await get(path), 200);
    fake.next(trouble);
    expect(await a.read(await get(`/v1/flights/offers/${found.items[0].id}`), status)).toMatchObject({ code });
  },
);

test("a search without a currency takes the one that Duffel sells in, also for a person who prefers another", async () => {
  const { token } = await a.user();
  await a.read(await a.call("PATCH", "/v1/me/preferences", { token, body: { currency: "EUR" } }), 200);
  for (const sent of [{}, { token }]) {
    const { items } = await a.read(await a.call("GET", trip(""), sent), 200);
    expect(items[0].total.currency).toBe("GBP");
  }
  const { currency: _, ...body } = a.wanted();
  const watch = await a.read(await a.call("POST", "/v1/watches", { token, body }), 201);
  expect(watch.currency).toBe("GBP");
});

test("a price in a currency that Duffel does not sell in is never shown", async () => {
  expect(await a.read(await get(trip("currency=EUR")), 422)).toMatchObject({ errors: [{ pointer: "#currency" }] });
  expect(fake.seen).toEqual([]);
  fake.alter((offer) => ({ ...offer, total_currency: "EUR" }));
  await a.read(await get(trip()), 502);
});

test.each(["calendar", "calendar/grid", "insight"])(
  "a %s in a currency that Duffel does not sell in is refused",
  async (what) => {
    const days = new URL(trip(), "http://localhost").searchParams.get("departureDate") as string;
    const asked = what === "calendar" ? `month=${days.slice(0, 7)}` : `departureDate=${days}&returnDate=${days}`;
    const path = `/v1/flights/${what}?origin=MAN&destination=BGY&${asked}`;
    const { errors } = await a.read(await get(`${path}&currency=EUR`), 422);
    expect(errors).toEqual([
      expect.objectContaining({ pointer: "#currency", code: "currency_unsold", detail: expect.stringMatching(/GBP$/) }),
    ]);
    await a.read(await get(`${path}&currency=GBP`), 200);
  },
);

test("an offer of the simulated market, or an invented one, is gone or missing", async () => {
  const [found] = [await a.read(await get(trip()), 200)];
  const fields = contentOf(found.items[0].id);
  const id = (over: unknown[]) => signed(fields.toSpliced(0, over.length, ...over));
  const ask = (id: string) => get(`/v1/flights/offers/${id}`);
  expect(await a.read(await ask(id(["simulator", "STN-FR1-BGY"])), 200)).toMatchObject({ offer: null, change: "gone" });
  expect(await a.read(await ask(id(["duffel_test", "STN-FR1-BGY"])), 200)).toMatchObject({
    offer: null,
    change: "gone",
  });
  expect(await a.read(await ask(id(["duffel_test", "../orders"])), 404)).toMatchObject({ code: "offer.missing" });
  const unsigned = `ofr_${Buffer.from(JSON.stringify(fields)).toString("base64url")}`;
  expect(await a.read(await ask(unsigned), 404)).toMatchObject({ code: "offer.missing" });
  expect(fake.seen).toHaveLength(1);
});

test("requests that Duffel must refuse do not open its breaker", async () => {
  for (let n = 0; n < 8; n++) {
    fake.next({ status: 422, code: "validation_error" });
    await a.read(await get(trip()), 502);
  }
  const found = await a.read(await get(trip()), 200);
  const fields = contentOf(found.items[0].id);
  for (const adults of [2, 3, 4, 5, 6, 7, 8, 9]) {
    const id = signed(fields.with(9, adults));
    expect(await a.read(await get(`/v1/flights/offers/${id}`), 200)).toMatchObject({ offer: null, change: "gone" });
  }
  expect(await a.read(await get(trip()), 200)).toMatchObject({ status: "ok" });
});
