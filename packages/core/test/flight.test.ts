import * as v from "valibot";
import { expect, test } from "vitest";
import * as Flight from "../src/flight.ts";
import { interceptRequests } from "./support/network.ts";
import { at, minutesLater, uniqueCriteria } from "./support/provider.ts";

const faults = (...pointers: string[]) => ({
  kind: "input",
  code: "flight.not_sellable",
  errors: pointers.map((pointer) => expect.objectContaining({ pointer })),
});

/** The services that `work` sent requests to, in order. */
async function requests(work: () => Promise<unknown>): Promise<string[]> {
  const services: string[] = [];
  await interceptRequests((service) => void services.push(service), work);
  return services;
}

test("a search returns the cheapest offers first, in the API's shape", async () => {
  const found = await Flight.search(uniqueCriteria(), at);
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

test("a repeated search, also if written in another way, is answered from Redis in one request", async () => {
  const query = uniqueCriteria({ childAges: [4, 9] });
  const first = await Flight.search(query, at);
  const sameQuery = { ...query, origin: "stn", childAges: [9, 4], adults: 1, returnDate: null };
  const services = await requests(async () => {
    expect(await Flight.search(sameQuery, minutesLater(5))).toEqual({ ...first, freshness: "cached" });
  });
  expect(services).toEqual(["redis"]);
  expect(await Flight.search({ ...query, adults: 2 }, at)).toMatchObject({ freshness: "fresh" });
});

test("searches that differ in limit and cursor only share one answer", async () => {
  const query = uniqueCriteria({ origin: "LHR", destination: "JFK" });
  const whole = await Flight.search({ ...query, limit: 100 }, at);
  const services = await requests(async () => {
    const first = await Flight.search({ ...query, limit: 10 }, at);
    const rest = await Flight.search({ ...query, limit: 100, cursor: first.nextCursor ?? "" }, at);
    expect([...first.items, ...rest.items]).toEqual(whole.items);
  });
  expect(whole.items.length).toBeGreaterThan(20);
  expect(services).toEqual(["redis", "redis"]);
});

test("today is the origin's local day", async () => {
  const today = { destination: "SYD", departureDate: "2026-11-22" };
  await expect(Flight.search({ ...today, origin: "AKL" }, at)).rejects.toMatchObject(faults("#departureDate"));
  expect(await Flight.search({ ...today, origin: "HNL" }, at)).toMatchObject({ freshness: "fresh" });
  const yesterday = { ...today, departureDate: "2026-11-21" };
  await expect(Flight.search({ ...yesterday, origin: "HNL" }, at)).rejects.toMatchObject(faults("#departureDate"));
});

test("flights are sold at most 361 days ahead", async () => {
  const lastDay = { departureDate: "2027-11-18" };
  expect(await Flight.search(uniqueCriteria(lastDay), at)).toMatchObject({ freshness: "fresh" });
  const tooLate = { departureDate: "2027-11-19" };
  await expect(Flight.search(uniqueCriteria(tooLate), at)).rejects.toMatchObject(faults("#departureDate"));
  const lateReturn = { ...lastDay, returnDate: "2027-11-19" };
  await expect(Flight.search(uniqueCriteria(lateReturn), at)).rejects.toMatchObject(faults("#returnDate"));
});

test.each([
  ["APW", "PPG", true],
  ["AKL", "HNL", true],
  ["SYD", "LAX", true],
  ["TYO", "HNL", true],
  ["PPG", "APW", false],
  ["HNL", "AKL", false],
  ["LHR", "JFK", false],
  ["STN", "BGY", false],
])("a return from %s to %s a day before the departure is possible: %s", async (origin, destination, possible) => {
  const question = uniqueCriteria({ origin, destination, departureDate: "2027-01-05", returnDate: "2027-01-04" });
  const checked = Flight.checkDates(v.parse(Flight.Criteria, question), at);
  if (possible) expect(await checked).toMatchObject({ last: expect.any(String) });
  else await expect(checked).rejects.toMatchObject(faults("/returnDate"));
  const sooner = { ...question, returnDate: "2027-01-03" };
  await expect(Flight.search(sooner, at)).rejects.toMatchObject({ name: "ValiError" });
});

test("offers over the date line leave on the day asked for and return on the day before", async () => {
  const question = uniqueCriteria({ origin: "AKL", destination: "RAR", departureDate: "2027-01-05" });
  const { items } = await Flight.search({ ...question, returnDate: "2027-01-04" }, at);
  expect(items.length).toBeGreaterThan(0);
  for (const { slices } of items) {
    expect(slices.map(({ departingAt }) => departingAt.slice(0, 10))).toEqual(["2027-01-05", "2027-01-04"]);
  }
});

test("a traveler that leaves Apia today may return from Pago Pago on its yesterday, but not leave yesterday", async () => {
  const today = { origin: "APW", destination: "PPG", departureDate: "2027-01-05", returnDate: "2027-01-04" };
  const dawn = new Date("2027-01-04T11:30:00Z");
  expect(await Flight.search(today, dawn)).toMatchObject({ freshness: "fresh" });
  const late = { ...today, departureDate: "2027-01-04", returnDate: "2027-01-03" };
  await expect(Flight.search(late, dawn)).rejects.toMatchObject(faults("#departureDate", "#returnDate"));
});

test("every unknown place is reported", async () => {
  const nowhere = { origin: "ZZZ", destination: "QQQ", departureDate: "2020-01-01" };
  await expect(Flight.search(nowhere, at)).rejects.toMatchObject(faults("#origin", "#destination", "#departureDate"));
  await expect(Flight.checkDates(v.parse(Flight.Criteria, nowhere), at)).rejects.toMatchObject(
    faults("/origin", "/destination", "/departureDate"),
  );
});

test("an invalid query is refused without a request to any service", async () => {
  const services = await requests(async () => {
    for (const query of [
      undefined,
      null,
      "lon",
      [],
      {},
      uniqueCriteria({ origin: "STANSTED" }),
      uniqueCriteria({ q: 1 }),
    ])
      await expect(Flight.search(query, at)).rejects.toMatchObject({ name: "ValiError" });
  });
  expect(services).toEqual([]);
});
