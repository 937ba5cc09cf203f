import * as v from "valibot";
import { afterEach, expect, test, vi } from "vitest";
import { addDays } from "../src/base/day.ts";
import * as Calendar from "../src/calendar.ts";
import * as Flight from "../src/flight.ts";
import * as a from "./support/factory.ts";
import { interceptRequests } from "./support/network.ts";

const at = new Date("2026-11-22T12:00:00Z");
const [departureDate, returnDate] = ["2027-03-10", "2027-03-12"];

/** A query of a route that no other test of the file uses. */
const uniqueQuery = (over: object = {}) => ({ ...a.route(), currency: "GBP", departureDate, returnDate, ...over });

afterEach(() => vi.restoreAllMocks());

test("each request searches the eight unknown pairs that are nearest to its days, until all are known", async () => {
  const query = uniqueQuery({ spread: 1 });
  const spy = vi.spyOn(Flight.provider, "search");
  const first = await Calendar.grid(query, at);
  expect(v.parse(Calendar.GridResult, first)).toEqual(first);
  expect(first.items).toHaveLength(9);
  expect(first.items.filter(({ status }) => status === "unknown")).toHaveLength(1);
  expect(first.pollAfter).toBe(2);
  expect(spy).toHaveBeenCalledTimes(8);
  const asked = spy.mock.calls.map(([criteria]) => `${criteria.departureDate} ${criteria.returnDate}`);
  expect(asked[0]).toBe(`${departureDate} ${returnDate}`);
  expect(asked).not.toContain("2027-03-11 2027-03-13");

  const all = await Calendar.grid(query, at);
  expect(all.pollAfter).toBeNull();
  expect(spy).toHaveBeenCalledTimes(9);
  spy.mockClear();
  const services: string[] = [];
  await interceptRequests(
    (service) => void services.push(service),
    async () => {
      expect(await Calendar.grid(query, at)).toEqual(all);
    },
  );
  expect(services).toEqual(["redis"]);
  expect(spy).not.toHaveBeenCalled();

  const { spread: _, ...journey } = query as Calendar.GridQuery;
  for (const { cheapest, searchedAt, ...days } of all.items.slice(0, 3)) {
    const found = await Flight.search(
      { ...journey, departureDate: days.departureDate, returnDate: days.returnDate },
      at,
    );
    expect(cheapest).toEqual(found.items[0]?.total ?? null);
    expect(searchedAt).toBe(found.searchedAt);
  }
});

test("has no pair that returns before it leaves, is past, or is not sold yet", async () => {
  const pairs = async (over: object) => (await Calendar.grid(uniqueQuery(over), at)).items;
  const near = await pairs({ departureDate: "2026-11-23", returnDate: "2026-11-24" });
  expect(near.every((each) => each.departureDate >= "2026-11-22" && each.returnDate >= each.departureDate)).toBe(true);
  expect(near.some((each) => each.departureDate === each.returnDate)).toBe(true);
  const last = addDays("2026-11-22", Flight.horizon);
  const far = await pairs({ departureDate: addDays(last, -2), returnDate: last });
  expect(far.every((each) => each.returnDate <= last)).toBe(true);
  expect(far).toHaveLength(18);
});

test.each([
  [{ returnDate: "2027-03-09" }, "#returnDate"],
  [{ departureDate: "2026-11-01" }, "#departureDate"],
  [{ returnDate: "2029-01-01" }, "#returnDate"],
  [{ origin: "QQQ" }, "#origin"],
])("%o is refused at %s", async (over, pointer) => {
  await expect(Calendar.grid(uniqueQuery(over), at)).rejects.toMatchObject({
    code: "flight.not_sellable",
    errors: [{ pointer }],
  });
});
