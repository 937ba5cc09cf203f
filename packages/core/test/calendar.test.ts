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
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000);
const refused = (...pointers: string[]) => ({
  kind: "input",
  code: "flight.not_sellable",
  errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
});

/** A month of a route that no other test of the file asks about. */
const asked = (over: object = {}) => {
  const { departureDate: _, ...route } = a.route();
  return { ...route, month: "2027-03", currency: "GBP", ...over };
};
const march = Array.from({ length: 31 }, (_, day) => `2027-03-${String(day + 1).padStart(2, "0")}`);

afterEach(() => vi.restoreAllMocks());

/** What the provider was asked for while `work` ran, `2027-03-01` or `2027-03-01/2027-03-08`, and by which purpose. */
async function searches(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(Flight.provider, "search");
  await work();
  const days = spy.mock.calls.map(([{ departureDate, returnDate }, , call]) => {
    expect(call?.purpose).toBe("background");
    return returnDate === null ? departureDate : `${departureDate}/${returnDate}`;
  });
  spy.mockRestore();
  return days.sort();
}

/** The services asked while `work` ran. */
async function requests(work: () => Promise<unknown>): Promise<string[]> {
  const services: string[] = [];
  await interceptRequests((service) => void services.push(service), work);
  return services;
}

/** Asks until nothing more is unknown. */
async function whole(query: object): Promise<Calendar.Result> {
  const result = await Calendar.month(query, at);
  return result.items.some(({ status }) => status === "unknown") ? whole(query) : result;
}

test("eight days that nothing is known of are asked about at a time, the nearest first", async () => {
  const query = asked();
  for (const known of [8, 16, 24, 31]) {
    const days = await searches(async () => {
      const result = await Calendar.month(query, at);
      expect(v.parse(Calendar.Result, result)).toEqual(result);
      expect(result.items.map(({ date }) => date)).toEqual(march);
      expect(result.items.filter(({ status }) => status !== "unknown")).toHaveLength(known);
      expect(result.items.slice(known)).toEqual(
        march.slice(known).map((date) => ({ date, cheapest: null, status: "unknown", searchedAt: null })),
      );
    });
    expect(days).toEqual(march.slice(known === 31 ? 24 : known - 8, known));
  }
});

test("a day costs what a search for it finds the cheapest", async () => {
  const query = asked({ adults: 2, childAges: [9] });
  const { items } = await whole({ ...query, nights: 7 });
  const { month: _, ...journey } = query;
  for (const [index, { date, cheapest, searchedAt }] of items.entries()) {
    const returnDate = new Date(Date.parse(date) + 7 * 86_400_000).toISOString().slice(0, 10);
    const found = await Flight.search({ ...journey, departureDate: date, returnDate }, at);
    expect([index, cheapest]).toEqual([index, found.items[0]?.total ?? null]);
    expect(searchedAt).toBe(found.searchedAt);
  }
});

test("a month that is known costs one request to Redis, and nobody is asked", async () => {
  const query = asked();
  const first = await whole(query);
  const days = await searches(async () => {
    const services = await requests(async () => expect(await Calendar.month(query, later(1))).toEqual(first));
    expect(services).toEqual(["redis"]);
  });
  expect(days).toEqual([]);
});

test("without Redis what is known comes from Postgres", async () => {
  const query = asked();
  const first = await whole(query);
  const days = await searches(() =>
    withoutService("redis", async () => expect(await Calendar.month(query, later(1))).toEqual(first)),
  );
  expect(days).toEqual([]);
});

test("two who ask at once have each day asked about once", async () => {
  const query = asked();
  const days = await searches(() => Promise.all([Calendar.month(query, at), Calendar.month(query, at)]));
  expect(days).toEqual(march.slice(0, 8));
});

test("what is watched need not be asked about: its last price counts for 48 hours", async () => {
  const { month: _, ...journey } = asked();
  const departureDate = "2027-03-02";
  await a.watch({ ...journey, departureDate }, { at });
  await a.watch({ ...journey, departureDate: "2027-03-03", adults: 2 }, { at });
  await a.watch({ ...journey, departureDate: "2027-03-04", returnDate: "2027-03-08" }, { at });
  await Sweep.run(at, { provider: stubProvider(() => 12_34) });
  const query = { ...journey, month: "2027-03" };
  const days = await searches(async () => {
    const { items } = await Calendar.month(query, later(48));
    const cheapest = { amount: "12.34", currency: "GBP" };
    expect(items[1]).toEqual({ date: departureDate, cheapest, status: "ok", searchedAt: at.toISOString() });
    expect(items[2]).toMatchObject({ searchedAt: later(48).toISOString() });
  });
  expect(days).toEqual(march.slice(0, 9).filter((day) => day !== departureDate));
  await redis.flushdb();
  const again = { ...query, month: "2027-03" };
  const { items } = await Calendar.month(again, new Date(later(48).getTime() + 1));
  expect(items[1]?.searchedAt).not.toBe(at.toISOString());
});

test("a watched fare that nobody sells any more says nothing", async () => {
  const { month, ...journey } = asked();
  await a.watch({ ...journey, departureDate: "2027-03-02" }, { at });
  let price: number | null = 12_34;
  const provider = stubProvider(() => price);
  await Sweep.run(at, { provider });
  price = null;
  await Sweep.run(later(30), { provider });
  const days = await searches(() => Calendar.month({ ...journey, month }, later(31)));
  expect(days).toContain("2027-03-02");
});

test("what was known two days ago is asked about anew", async () => {
  const query = asked();
  await Calendar.month(query, at);
  expect(await searches(() => Calendar.month(query, later(48)))).toEqual(march.slice(8, 16));
  const gone = new Date(later(48).getTime() + 1);
  expect(await searches(() => Calendar.month(query, gone))).toEqual(march.slice(0, 8));
});

test("days on which nothing flies say so, days that failed stay unknown and stop nobody's search", async () => {
  const query = asked();
  const spy = vi.spyOn(Flight.provider, "search");
  spy.mockImplementation(async ({ departureDate }) => ({
    status: departureDate < "2027-03-05" ? "no_results" : "provider_error",
    offers: [],
  }));
  const { items } = await Calendar.month(query, at);
  const told = items.slice(0, 8).map(({ status, cheapest }) => [status, cheapest]);
  expect(told).toEqual([...Array(4).fill(["no_results", null]), ...Array(4).fill(["unknown", null])]);
  spy.mockRestore();
  const { month: _, ...journey } = query;
  const found = await Flight.search({ ...journey, departureDate: "2027-03-05" }, at);
  expect(found).toMatchObject({ status: "ok", freshness: "fresh" });
});

test("a provider is waited for no longer than there is time, and a search for that day has its own", async () => {
  const { month: _, ...journey } = asked();
  const criteria = v.parse(Flight.Criteria, { ...journey, departureDate: "2027-03-05" });
  const spy = vi.spyOn(Flight.provider, "search");
  spy.mockImplementation(() => new Promise(() => undefined));
  expect(await Flight.searchWithin(criteria, at, 50)).toBeUndefined();
  expect(spy.mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
  spy.mockRestore();
  expect(await Flight.search(criteria, at)).toMatchObject({ status: "ok", freshness: "fresh" });
});

test("only days that are sold are told: from today at the origin, to a return 361 days ahead", async () => {
  const dates = async (over: object, moment = at) => {
    const { items } = await Calendar.month({ ...asked(), ...over }, moment);
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

test("a month without such a day, and places that are none or one, are named", async () => {
  const month = (over: object) => Calendar.month({ ...asked(), ...over }, at);
  await expect(month({ month: "2026-10" })).rejects.toMatchObject(refused("#month"));
  await expect(month({ month: "2027-12" })).rejects.toMatchObject(refused("#month"));
  await expect(month({ month: "2027-11", nights: 18 })).rejects.toMatchObject(refused("#month"));
  await expect(month({ origin: "LON", destination: "LHR" })).rejects.toMatchObject(refused("#destination"));
  await expect(month({ origin: "LHR", destination: "LON" })).rejects.toMatchObject(refused("#destination"));
  const nowhere = { origin: "ZZZ", destination: "QQQ", month: "1970-01" };
  await expect(month(nowhere)).rejects.toMatchObject(refused("#origin", "#destination", "#month"));
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
])("%j is at fault in %j and nowhere else", (over, fields) => {
  const { issues } = v.safeParse(Calendar.Query, { origin: "STN", destination: "BGY", month: "2027-03", ...over });
  expect(issues?.map((issue) => v.getDotPath(issue))).toEqual(fields);
});
