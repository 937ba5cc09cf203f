import * as v from "valibot";
import { expect, test, vi } from "vitest";
import { redis } from "../src/cache.ts";
import * as Search from "../src/flight/search.ts";
import * as Flight from "../src/flight.ts";
import { through, without } from "./wire.ts";

const at = new Date("2026-11-22T12:00:00Z");
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);
const faults = (...pointers: string[]) => ({
  kind: "input",
  code: "flight.not_sellable",
  errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
});

/** A question nobody has asked in this file yet. */
let asked = 0;
const trip = (over: object = {}) => {
  const departureDate = new Date(Date.UTC(2027, 0, 1 + asked++)).toISOString().slice(0, 10);
  return { origin: "STN", destination: "BGY", departureDate, currency: "GBP", ...over };
};

/** The services asked while `work` ran, in order. */
async function requests(work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  await through((service) => void asked.push(service), work);
  return asked;
}

/** A provider that gives one answer, and counts how often it had to. */
function answering(answer: Flight.Answer) {
  const search = vi.fn(async () => answer);
  return { name: "stub", search };
}

const offer = (expiresAt: Date): Flight.Offer => ({
  provider: "stub",
  reference: "1",
  simulated: true,
  total: 2699,
  currency: "GBP",
  expiresAt: expiresAt.toISOString(),
  ...Flight.untold,
  slices: [],
});

const ttl = async () => {
  const [, [key]] = await redis.scan("0", { match: "flight:*", count: 1000 });
  return key === undefined ? -2 : redis.ttl(key);
};

test("a search answers cheapest first, as the API says it", async () => {
  const found = await Flight.search(trip(), at);
  expect(v.parse(Flight.Result, found)).toEqual(found);
  expect(found).toMatchObject({
    status: "ok",
    freshness: "fresh",
    searchedAt: "2026-11-22T12:00:00.000Z",
    providers: [{ name: "simulator", status: "ok" }],
  });
  const totals = found.items.map(({ total }) => Number(total.amount));
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  expect(found.items[0]).toMatchObject({ simulated: true, provider: "simulator", total: { currency: "GBP" } });
});

test("the same question asked again, however it is written, comes from Redis in one request", async () => {
  const query = trip({ childAges: [4, 9] });
  const first = await Flight.search(query, at);
  const again = { ...query, origin: "stn", childAges: [9, 4], adults: 1, returnDate: null };
  const seen = await requests(async () => {
    expect(await Flight.search(again, later(5))).toEqual({ ...first, freshness: "cached" });
  });
  expect(seen).toEqual(["redis"]);
  expect(await Flight.search({ ...query, adults: 2 }, at)).toMatchObject({ freshness: "fresh" });
});

test("an answer lives ten minutes and one for each day to departure, an hour at most, and never past an offer's end", async () => {
  const lifetime = async (departureDate: string, expires: number) => {
    await redis.flushdb();
    const provider = answering({ status: "ok", offers: [offer(later(240)), offer(later(expires))] });
    await Search.search(provider, trip({ departureDate }), at);
    return Math.ceil((await ttl()) / 60);
  };
  expect(await lifetime("2026-11-22", 240)).toBe(10);
  expect(await lifetime("2026-12-13", 240)).toBe(31);
  expect(await lifetime("2027-06-01", 240)).toBe(60);
  expect(await lifetime("2027-06-01", 25)).toBe(25);
});

test("thirty offers fit in a few kilobytes of Redis", async () => {
  await redis.flushdb();
  const query = trip({ origin: "LHR", destination: "JFK", returnDate: "2027-05-01" });
  expect((await Flight.search(query, at)).items).toHaveLength(30);
  const [, [key = ""]] = await redis.scan("0", { match: "flight:*", count: 1000 });
  expect(await redis.strlen(key)).toBeLessThan(6000);
});

test("what has expired, or was found later than the moment asked about, is asked for again", async () => {
  const provider = answering({ status: "ok", offers: [offer(later(30))] });
  const query = trip();
  for (const moment of [at, later(29), later(30), later(-1)]) await Search.search(provider, query, moment);
  expect(provider.search).toHaveBeenCalledTimes(3);
});

test("no flights is an answer, kept for two minutes", async () => {
  await redis.flushdb();
  const provider = answering({ status: "no_results", offers: [] });
  const query = trip();
  expect(await Search.search(provider, query, at)).toMatchObject({
    status: "no_results",
    items: [],
    freshness: "fresh",
  });
  expect(await Search.search(provider, query, at)).toMatchObject({ status: "no_results", freshness: "cached" });
  expect(provider.search).toHaveBeenCalledTimes(1);
  expect(await ttl()).toBeLessThanOrEqual(120);
});

test("part of an answer is given and not kept", async () => {
  const provider = answering({ status: "partial", offers: [offer(later(30))] });
  const query = trip();
  for (let times = 0; times < 2; times++)
    expect(await Search.search(provider, query, at)).toMatchObject({ status: "partial", freshness: "fresh" });
});

test("a provider's failure is told as one, and not kept", async () => {
  const query = trip();
  const failing = answering({ status: "provider_error", offers: [] });
  await expect(Search.search(failing, query, at)).rejects.toMatchObject({ kind: "upstream", code: "flight.provider" });
  const busy = answering({ status: "rate_limited", offers: [] });
  await expect(Search.search(busy, query, at)).rejects.toMatchObject({ code: "flight.busy", retryAfter: 60 });
  const well = answering({ status: "ok", offers: [offer(later(30))] });
  expect(await Search.search(well, query, at)).toMatchObject({ freshness: "fresh" });
});

test("without Redis the provider answers", async () => {
  const query = trip();
  const first = await Flight.search(query, at);
  await without("redis", async () => expect(await Flight.search(query, at)).toEqual(first));
});

test("today is the day on the origin's wall", async () => {
  const today = { destination: "SYD", departureDate: "2026-11-22" };
  await expect(Flight.search({ ...today, origin: "AKL" }, at)).rejects.toMatchObject(faults("#departureDate"));
  expect(await Flight.search({ ...today, origin: "HNL" }, at)).toMatchObject({ freshness: "fresh" });
  const yesterday = { ...today, departureDate: "2026-11-21" };
  await expect(Flight.search({ ...yesterday, origin: "HNL" }, at)).rejects.toMatchObject(faults("#departureDate"));
});

test("nobody sells more than 361 days ahead", async () => {
  const sold = { departureDate: "2027-11-18" };
  expect(await Flight.search(trip(sold), at)).toMatchObject({ freshness: "fresh" });
  const late = { departureDate: "2027-11-19" };
  await expect(Flight.search(trip(late), at)).rejects.toMatchObject(faults("#departureDate"));
  const back = { ...sold, returnDate: "2027-11-19" };
  await expect(Flight.search(trip(back), at)).rejects.toMatchObject(faults("#returnDate"));
});

test("every place nobody flies to is named", async () => {
  const nowhere = { origin: "ZZZ", destination: "QQQ", departureDate: "2020-01-01" };
  await expect(Flight.search(nowhere, at)).rejects.toMatchObject(faults("#origin", "#destination", "#departureDate"));
  await expect(Flight.checkDates(v.parse(Flight.Criteria, nowhere), at)).rejects.toMatchObject(
    faults("/origin", "/destination", "/departureDate"),
  );
});

test("what is not a search is refused before anybody is asked", async () => {
  const seen = await requests(async () => {
    for (const query of [undefined, null, "lon", [], {}, trip({ origin: "STANSTED" }), trip({ q: 1 })])
      await expect(Flight.search(query, at)).rejects.toMatchObject({ name: "ValiError" });
  });
  expect(seen).toEqual([]);
});
