import * as v from "valibot";
import { afterEach, expect, test, vi } from "vitest";
import { redis } from "../src/base/cache.ts";
import * as Calendar from "../src/calendar.ts";
import * as Flight from "../src/flight.ts";
import * as Sweep from "../src/sweep.ts";
import * as a from "./support/factory.ts";
import { interceptRequests, withoutService } from "./support/network.ts";
import { stubProvider } from "./support/stubprovider.ts";

const at = new Date("2026-11-22T12:00:00Z");
const hoursLater = (hours: number) => new Date(at.getTime() + hours * 3_600_000);
const faults = (...pointers: string[]) => ({
  kind: "input",
  code: "flight.not_sellable",
  errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
});

/** A query for a month of a route that no other test of the file uses. */
const uniqueQuery = (over: object = {}) => {
  const { departureDate: _, ...route } = a.route();
  return { ...route, month: "2027-03", currency: "GBP", ...over };
};
const march = Array.from({ length: 31 }, (_, day) => `2027-03-${String(day + 1).padStart(2, "0")}`);

afterEach(() => vi.restoreAllMocks());

/**
 * The days that `work` searched at the provider, `2027-03-01` or `2027-03-01/2027-03-08`. Each search is for a person
 * and made once.
 */
async function searchedDays(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(Flight.provider, "search");
  await work();
  const days = spy.mock.calls.map(([{ departureDate, returnDate }, , call]) => {
    expect(call).toMatchObject({ purpose: "person", once: true });
    return returnDate === null ? departureDate : `${departureDate}/${returnDate}`;
  });
  spy.mockRestore();
  return days.sort();
}

/** The services that `work` sent requests to. */
async function requests(work: () => Promise<unknown>): Promise<string[]> {
  const services: string[] = [];
  await interceptRequests((service) => void services.push(service), work);
  return services;
}

/** Repeats the query until no day is unknown. */
async function completeMonth(query: object): Promise<Calendar.Result> {
  const result = await Calendar.month(query, at);
  return result.items.some(({ status }) => status === "unknown") ? completeMonth(query) : result;
}

test("each request searches eight unknown days, the nearest first", async () => {
  const query = uniqueQuery();
  for (const known of [8, 16, 24, 31]) {
    const days = await searchedDays(async () => {
      const result = await Calendar.month(query, at);
      expect(v.parse(Calendar.Result, result)).toEqual(result);
      expect(result.items.map(({ date }) => date)).toEqual(march);
      expect(result.items.filter(({ status }) => status !== "unknown")).toHaveLength(known);
      expect(result.pollAfter).toBe(known === 31 ? null : 2);
      expect(result.items.slice(known)).toEqual(
        march.slice(known).map((date) => ({ date, cheapest: null, status: "unknown", searchedAt: null })),
      );
    });
    expect(days).toEqual(march.slice(known === 31 ? 24 : known - 8, known));
  }
});

test("a day's price is the cheapest offer of a search for that day", async () => {
  const query = uniqueQuery({ adults: 2, childAges: [9] });
  const { items } = await completeMonth({ ...query, nights: 7 });
  const { month: _, ...journey } = query;
  for (const [index, { date, cheapest, searchedAt }] of items.entries()) {
    const returnDate = new Date(Date.parse(date) + 7 * 86_400_000).toISOString().slice(0, 10);
    const found = await Flight.search({ ...journey, departureDate: date, returnDate }, at);
    expect([index, cheapest]).toEqual([index, found.items[0]?.total ?? null]);
    expect(searchedAt).toBe(found.searchedAt);
  }
});

test("a known month takes one request to Redis and no search", async () => {
  const query = uniqueQuery();
  const first = await completeMonth(query);
  const days = await searchedDays(async () => {
    const services = await requests(async () => expect(await Calendar.month(query, hoursLater(1))).toEqual(first));
    expect(services).toEqual(["redis"]);
  });
  expect(days).toEqual([]);
});

test("without Redis known days come from Postgres", async () => {
  const query = uniqueQuery();
  const first = await completeMonth(query);
  const days = await searchedDays(() =>
    withoutService("redis", async () => expect(await Calendar.month(query, hoursLater(1))).toEqual(first)),
  );
  expect(days).toEqual([]);
});

test("two concurrent requests search each day once", async () => {
  const query = uniqueQuery();
  const days = await searchedDays(() => Promise.all([Calendar.month(query, at), Calendar.month(query, at)]));
  expect(days).toEqual(march.slice(0, 8));
});

test("a watched fare's last price counts for 48 hours instead of a search", async () => {
  const { month: _, ...journey } = uniqueQuery();
  const departureDate = "2027-03-02";
  await a.watch({ ...journey, departureDate }, { at });
  await a.watch({ ...journey, departureDate: "2027-03-03", adults: 2 }, { at });
  await a.watch({ ...journey, departureDate: "2027-03-04", returnDate: "2027-03-08" }, { at });
  await Sweep.run(at, { provider: { ...stubProvider(() => 12_34), name: Flight.provider.name } });
  const query = { ...journey, month: "2027-03" };
  const days = await searchedDays(async () => {
    const { items } = await Calendar.month(query, hoursLater(48));
    const cheapest = { amount: "12.34", currency: "GBP" };
    expect(items[1]).toEqual({ date: departureDate, cheapest, status: "ok", searchedAt: at.toISOString() });
    expect(items[2]).toMatchObject({ searchedAt: hoursLater(48).toISOString() });
  });
  expect(days).toEqual(march.slice(0, 9).filter((day) => day !== departureDate));
  await redis.flushdb();
  const { items } = await Calendar.month(query, new Date(hoursLater(48).getTime() + 1));
  expect(items[1]?.searchedAt).not.toBe(at.toISOString());
});

test("a watched fare that is no longer sold has no price", async () => {
  const { month, ...journey } = uniqueQuery();
  await a.watch({ ...journey, departureDate: "2027-03-02" }, { at });
  let price: number | null = 12_34;
  const provider = { ...stubProvider(() => price), name: Flight.provider.name };
  await Sweep.run(at, { provider });
  price = null;
  await Sweep.run(hoursLater(30), { provider });
  const days = await searchedDays(() => Calendar.month({ ...journey, month }, hoursLater(31)));
  expect(days).toContain("2027-03-02");
});

test("an answer older than 48 hours is searched again", async () => {
  const query = uniqueQuery();
  await Calendar.month(query, at);
  expect(await searchedDays(() => Calendar.month(query, hoursLater(48)))).toEqual(march.slice(8, 16));
  const expired = new Date(hoursLater(48).getTime() + 1);
  expect(await searchedDays(() => Calendar.month(query, expired))).toEqual(march.slice(0, 8));
});

test("days without flights say so, and failed days stay unknown and do not affect a search", async () => {
  const query = uniqueQuery();
  const spy = vi.spyOn(Flight.provider, "search");
  spy.mockImplementation(async ({ departureDate }) => ({
    status: departureDate < "2027-03-05" ? "no_results" : "provider_error",
    offers: [],
  }));
  const { items } = await Calendar.month(query, at);
  const days = items.slice(0, 8).map(({ status, cheapest }) => [status, cheapest]);
  expect(days).toEqual([...Array(4).fill(["no_results", null]), ...Array(4).fill(["unknown", null])]);
  spy.mockRestore();
  const { month: _, ...journey } = query;
  const found = await Flight.search({ ...journey, departureDate: "2027-03-05" }, at);
  expect(found).toMatchObject({ status: "ok", freshness: "fresh" });
});

test("a search within a time limit aborts the provider call, and a later search has its own time", async () => {
  const { month: _, ...journey } = uniqueQuery();
  const criteria = v.parse(Flight.Criteria, { ...journey, departureDate: "2027-03-05" });
  const spy = vi.spyOn(Flight.provider, "search");
  spy.mockImplementation(() => new Promise(() => undefined));
  expect(await Flight.searchWithin(criteria, at, 50)).toBeUndefined();
  expect(spy.mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
  spy.mockRestore();
  expect(await Flight.search(criteria, at)).toMatchObject({ status: "ok", freshness: "fresh" });
});

test("only days on sale are returned: from the origin's local day to a return 361 days ahead", async () => {
  const dates = async (over: object, moment = at) => {
    const { items } = await Calendar.month({ ...uniqueQuery(), ...over }, moment);
    return [items[0]?.date, items.at(-1)?.date];
  };
  vi.spyOn(Flight.provider, "search").mockResolvedValue({ status: "no_results", offers: [] });
  expect(await dates({ month: "2026-11" })).toEqual(["2026-11-22", "2026-11-30"]);
  expect(await dates({ origin: "AKL", month: "2026-11" })).toEqual(["2026-11-23", "2026-11-30"]);
  expect(await dates({ month: "2027-11" })).toEqual(["2027-11-01", "2027-11-18"]);
  expect(await dates({ month: "2027-11", nights: 7 })).toEqual(["2027-11-01", "2027-11-11"]);
  expect(await dates({ month: "2027-11", nights: 0 })).toEqual(["2027-11-01", "2027-11-18"]);
  expect(await dates({ month: "2028-02" }, new Date("2027-06-01T12:00:00Z"))).toEqual(["2028-02-01", "2028-02-29"]);
});

test("months without a day on sale, unknown places and equal places are reported", async () => {
  const month = (over: object) => Calendar.month({ ...uniqueQuery(), ...over }, at);
  await expect(month({ month: "2026-10" })).rejects.toMatchObject(faults("#month"));
  await expect(month({ month: "2027-12" })).rejects.toMatchObject(faults("#month"));
  await expect(month({ month: "2027-11", nights: 18 })).rejects.toMatchObject(faults("#month"));
  await expect(month({ origin: "LON", destination: "LHR" })).rejects.toMatchObject(faults("#destination"));
  await expect(month({ origin: "LHR", destination: "LON" })).rejects.toMatchObject(faults("#destination"));
  const nowhere = { origin: "ZZZ", destination: "QQQ", month: "1970-01" };
  await expect(month(nowhere)).rejects.toMatchObject(faults("#origin", "#destination", "#month"));
});

test.each([
  [{ month: "2027-13" }, ["month"]],
  [{ month: "2027-3" }, ["month"]],
  [{ month: "+012027-03" }, ["month"]],
  [{ nights: -1 }, ["nights"]],
  [{ nights: 1.5 }, ["nights"]],
  [{ nights: 181 }, ["nights"]],
  [{ infants: 2 }, ["infants"]],
  [{ adults: 9, childAges: [9] }, ["childAges"]],
  [{ destination: "stn", origin: "STN" }, ["destination"]],
  [{ departureDate: "2027-03-01" }, ["departureDate"]],
])("%j has faults at %j only", (over, fields) => {
  const { issues } = v.safeParse(Calendar.Query, { origin: "STN", destination: "BGY", month: "2027-03", ...over });
  expect(issues?.map((issue) => v.getDotPath(issue))).toEqual(fields);
});

test("of several places a day costs what the cheapest pair does, and is partial until all are known", async () => {
  const { departureDate: _, ...one } = a.route();
  const { destination: other } = a.route();
  const query = { month: "2027-03", currency: "GBP", origin: one.origin };
  const both = { ...query, destination: [one.destination, other] };
  if (other === one.origin || other === one.destination) throw new Error("the test needs another route");
  const [first, second] = await Promise.all(
    both.destination.map(async (destination) => (await completeMonth({ ...query, destination })).items),
  );
  const spy = vi.spyOn(Flight.provider, "search");
  const { items } = await Calendar.month(both, at);
  expect(spy).not.toHaveBeenCalled();
  for (const [index, day] of items.entries()) {
    const known = [first![index]!, second![index]!].flatMap(({ cheapest }) => (cheapest ? [+cheapest.amount] : []));
    expect(day.cheapest && +day.cheapest.amount).toBe(known.length > 0 ? Math.min(...known) : null);
    expect(day.status).toBe(known.length > 0 ? "ok" : "no_results");
  }
  // A third place without any answer: eight more days of it are searched, and the others are partial.
  const three = { ...both, origin: [one.origin, "GLA"] };
  const more = await Calendar.month(three, at);
  expect(spy).toHaveBeenCalledTimes(8);
  expect(more.items.map(({ status }) => status).slice(4)).toEqual(Array(27).fill("partial"));
  expect(new Set(spy.mock.calls.map(([{ departureDate }]) => departureDate)).size).toBe(4);
});

test("every one of several places at fault is named", async () => {
  const query = uniqueQuery({ origin: ["STN", "XXX"], destination: ["QQX", "LON"] });
  const { errors } = await Calendar.month(query, at).catch((error) => error);
  expect(
    errors.map(({ pointer, detail }: { pointer: string; detail: string }) => `${pointer} ${detail}`).sort(),
  ).toEqual([
    expect.stringMatching(/^#destination LON must not be where the journey begins/),
    expect.stringMatching(/^#destination QQX is not the code/),
    expect.stringMatching(/^#origin XXX is not the code/),
  ]);
});

test("more than five pairs of places are refused at both ends", async () => {
  const query = uniqueQuery({ origin: ["STN", "LTN"], destination: ["BGY", "MXP", "LIN"] });
  const { issues } = await Calendar.month(query, at).catch((error) => error);
  expect(issues.map(({ path }: { path: { key: string }[] }) => path[0]?.key)).toEqual(["origin", "destination"]);
});
