import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";

const at = new Date("2026-03-10T12:00:00Z");
let userId = "";
let all: Watch.Info[] = [];

/** Every watch of a query, read with `limit` a page. */
async function read(query: Watch.List, limit = 100): Promise<Watch.Info[]> {
  const found: Watch.Info[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await Watch.list(userId, { ...query, limit, ...(cursor ? { cursor } : {}) }, at);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
const names = (watches: Watch.Info[]) => watches.map(({ id }) => id);
const asked = async (query: Watch.List) => new Set(names(await read(query)));
const those = (of: (watch: Watch.Info) => boolean) => new Set(names(all.filter(of)));

/** Watches in each state, some of lists and cities, with equal prices and moments among them, and of another user. */
beforeAll(async () => {
  userId = await a.user();
  const places = [
    { origin: "STN", destination: "BGY" },
    { origin: ["LTN", "STN"], destination: "JFK" },
    { origin: "LON", destination: ["NYC", "BOS"] },
    { origin: "EDI", destination: "LHR", flights: ["BA1443"] },
    { origin: "HAM", destination: "MUC", airlines: ["LH", "EW"] },
  ];
  for (let n = 0; n < 40; n++) {
    const departureDate = `2026-0${5 + (n % 3)}-1${n % 4}`;
    const over = { ...places[n % 5], departureDate, currency: n % 7 ? "GBP" : "EUR", adults: 1 + (n % 2) };
    await a.watch({ ...over, targetPrice: `${20 + n}.00` }, { userId });
  }
  await a.watch({ origin: "STN", destination: "BGY" });
  all = await read({});
  const ids = names(all);
  for (const [index, id] of ids.entries()) {
    if (index % 4 === 1)
      await sql`update price_watches set is_active = false, paused_because = 'person' where id = ${id}`;
    if (index % 4 === 2)
      await sql`update price_watches set snoozed_until = ${at}::timestamptz + interval '1 day' where id = ${id}`;
    if (index % 8 === 3) await sql`update price_watches set ended_at = now(), is_active = false where id = ${id}`;
    if (index % 8 === 7) await sql`update price_watches set ends_at = ${at} where id = ${id}`;
    if (index % 3) {
      await sql`
        update fares
           set price = ${1000 + (index % 5)},
               changed_at = ${at}::timestamptz - ${index % 6} * interval '1 hour 1 microsecond'
         where fares.id = (select watch_fares.fare_id from watch_fares where watch_fares.watch_id = ${id})`;
    }
  }
  all = await read({});
});

describe.each(["created", "departure", "price", "changed"] as const)("in the order of %s", (sort) => {
  test("a list is whole and the same with any page size, and under filters", async () => {
    const whole = names(await read({ sort }));
    expect(new Set(whole)).toEqual(new Set(names(all)));
    expect(whole).toHaveLength(40);
    for (const limit of [1, 3, 7, 39, 40]) expect(names(await read({ sort }, limit))).toEqual(whole);
    const some = await asked({ state: ["active", "paused"], origin: "STN" });
    expect(some.size).toBeGreaterThan(3);
    for (const limit of [1, 2, 100])
      expect(names(await read({ sort, state: ["active", "paused"], origin: "STN" }, limit))).toEqual(
        whole.filter((id) => some.has(id)),
      );
  });

  test("a cursor of another order is refused", async () => {
    for (const other of ["created", "departure", "price", "changed"] as const) {
      const { nextCursor: cursor } = await Watch.list(userId, { sort: other, limit: 1 }, at);
      const next = Watch.list(userId, { sort, limit: 1, cursor: cursor ?? "" }, at);
      if (other === sort) expect((await next).items).toHaveLength(1);
      else await expect(next).rejects.toMatchObject({ code: "page.cursor" });
    }
  });

  test("a cursor goes on after a watch that was deleted meanwhile", async () => {
    const { id } = await a.watch({ ...a.route(), targetPrice: "9.00" }, { userId });
    const whole = names(await read({ sort }));
    const { nextCursor } = await Watch.list(userId, { sort, limit: whole.indexOf(id) + 1 }, at);
    await Watch.remove(userId, id);
    const { items } = await Watch.list(userId, { sort, limit: 100, ...(nextCursor && { cursor: nextCursor }) }, at);
    if (nextCursor) expect(names(items)).toEqual(whole.slice(whole.indexOf(id) + 1));
  });

  test("takes one request, and reads no check", async () => {
    const requests = await statementsOf(() =>
      Watch.list(userId, { sort, limit: 25, q: "london", state: ["active"] }, at),
    );
    expect(requests).toHaveLength(1);
    const found = await scans(requests[0]![0]!);
    expect(found.filter(({ of }) => of.startsWith("price_observations"))).toEqual([]);
  });
});

test("each order is as it says", async () => {
  const departures = await read({ sort: "departure" });
  const over = departures.map(({ state }) => state === "ended");
  expect(over).toEqual(over.toSorted());
  const days = departures.filter(({ state }) => state !== "ended").map(({ departureDate }) => departureDate);
  expect(days).toEqual(days.toSorted());
  const prices = await read({ sort: "price" });
  const amounts = prices.map(({ currency, currentPrice }) => `${currency} ${currentPrice?.amount ?? "none"}`);
  expect(amounts).toEqual(amounts.toSorted());
  expect(amounts.join()).toContain("none");
  const moments = (await read({ sort: "changed" })).map(({ changedAt }) => changedAt ?? "");
  expect(moments).toEqual(moments.toSorted().reverse());
  expect(moments.at(-1)).toBe("");
  expect(names(await read({}))).toEqual(names(all).toSorted().reverse());
});

test.each(["active", "snoozed", "paused", "ended"] as const)("lists those that are %s", async (state) => {
  const found = await asked({ state: [state] });
  expect(found.size).toBeGreaterThan(4);
  expect(found).toEqual(those((watch) => watch.state === state));
});

const from =
  (...codes: string[]) =>
  (watch: Watch.Info) =>
    [watch.origin].flat().some((code) => codes.includes(code));
const to =
  (...codes: string[]) =>
  (watch: Watch.Info) =>
    [watch.destination].flat().some((code) => codes.includes(code));

test("a place finds the watches of it, of its airports and of its city", async () => {
  expect(await asked({ origin: "stn" })).toEqual(those(from("STN", "LON")));
  expect(await asked({ origin: "LON" })).toEqual(those(from("STN", "LTN", "LON")));
  expect(await asked({ destination: "JFK" })).toEqual(those(to("JFK", "NYC")));
  expect(await asked({ destination: "BOS" })).toEqual(those(to("BOS")));
  const both = await asked({ origin: "LTN", destination: "NYC" });
  expect(both).toEqual(those((watch) => from("LTN", "LON")(watch) && to("JFK", "NYC")(watch)));
  expect(both.size).toBeGreaterThan(10);
  expect(await asked({ origin: "ZZZ" })).toEqual(new Set());
});

test("a text finds places by code and by name in any language, flights and airlines", async () => {
  const newYork = those(to("JFK", "NYC"));
  for (const q of ["new york", "Nueva York", "ny", "NYC"]) expect(await asked({ q })).toEqual(newYork);
  expect(await asked({ q: "München" })).toEqual(those(to("MUC")));
  expect(await asked({ q: "bgy" })).toEqual(those(to("BGY")));
  expect(await asked({ q: "ba1443" })).toEqual(those(from("EDI")));
  expect(await asked({ q: "EW" })).toEqual(those(from("HAM")));
});

test.each([
  "%",
  "_",
  "%%%%",
  "' or true --",
  "\\",
  "$1",
  "*",
  "(((((",
  "%'); drop table fares; --",
  "💥",
  "\u0000",
  "a\u0000b",
])("the text %j means nothing but itself", async (q) => {
  expect((await asked({ q })).size).toBeLessThan(40);
});

test("another user's watches are not listed", async () => {
  const other = await a.user();
  expect(await Watch.list(other, { origin: "STN", sort: "price" }, at)).toEqual({
    items: [],
    nextCursor: null,
    unread: 0,
  });
});

test.each([
  { state: ["asleep"] },
  { state: [] as never[], origin: "London" },
  { destination: "J" },
  { q: " " },
  { q: "x".repeat(100) },
  { sort: "lowest" },
  { label: "x" },
])("%j is refused", async (query) => {
  await expect(Watch.list(userId, query as never, at)).rejects.toThrow();
});
