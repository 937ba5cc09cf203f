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

/** The services asked while `work` ran, in order. */
async function requests(work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  await interceptRequests((service) => void asked.push(service), work);
  return asked;
}

test("a search answers cheapest first, as the API says it", async () => {
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

test("the same question asked again, however it is written, comes from Redis in one request", async () => {
  const query = uniqueCriteria({ childAges: [4, 9] });
  const first = await Flight.search(query, at);
  const again = { ...query, origin: "stn", childAges: [9, 4], adults: 1, returnDate: null };
  const seen = await requests(async () => {
    expect(await Flight.search(again, minutesLater(5))).toEqual({ ...first, freshness: "cached" });
  });
  expect(seen).toEqual(["redis"]);
  expect(await Flight.search({ ...query, adults: 2 }, at)).toMatchObject({ freshness: "fresh" });
});

test("what one wants to see of an answer is no other question", async () => {
  const query = uniqueCriteria({ origin: "LHR", destination: "JFK" });
  const whole = await Flight.search({ ...query, limit: 100 }, at);
  const seen = await requests(async () => {
    const first = await Flight.search({ ...query, limit: 10 }, at);
    const rest = await Flight.search({ ...query, limit: 100, cursor: first.nextCursor ?? "" }, at);
    expect([...first.items, ...rest.items]).toEqual(whole.items);
  });
  expect(whole.items.length).toBeGreaterThan(20);
  expect(seen).toEqual(["redis", "redis"]);
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
  expect(await Flight.search(uniqueCriteria(sold), at)).toMatchObject({ freshness: "fresh" });
  const late = { departureDate: "2027-11-19" };
  await expect(Flight.search(uniqueCriteria(late), at)).rejects.toMatchObject(faults("#departureDate"));
  const back = { ...sold, returnDate: "2027-11-19" };
  await expect(Flight.search(uniqueCriteria(back), at)).rejects.toMatchObject(faults("#returnDate"));
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
  expect(seen).toEqual([]);
});
