import { expect, test } from "vitest";
import { type Fault, type Line, provider, read } from "../src/replay.ts";

const line: Line = {
  timestamp_utc: "2026-02-01T10:00:00",
  origin: "STN",
  destination: "BGY",
  departure_date: "2026-06-16T06:00",
  price: "£71.10",
  currency: "GBP",
};

/** The records made of lines that differ from `line` in the given columns. */
function recorded(...lines: Partial<Line>[]) {
  const { recorded, faults } = read(lines.map((over) => ({ ...line, ...over })));
  const count = (part: Fault["of"]) => faults.filter(({ of }) => of === part).length;
  const checks = recorded[0]?.checks.map(({ price }) => price);
  return { watches: recorded, checks, faults, skipped: count("line"), unreadable: count("price") };
}

test.each([
  ["£71.10", 71_10],
  ["£ 71 . 10", 71_10],
  [" 71.10 ", 71_10],
  ["71,10 £", 71_10],
  ["£1,071.10", 1071_10],
  ["1.071,10 GBP", 1071_10],
  ["GBP 1071.10", 1071_10],
  ["1,234,567.89 GBP", 1_234_567_89],
  ["£\u00a071.10", 71_10],
  ["£0.01", 1],
])("%o is a price", (price, minor) => {
  expect(recorded({ price })).toMatchObject({ checks: [minor], unreadable: 0 });
});

test.each(["", "  "])("%o is no price, and its check has none", (price) => {
  expect(recorded({ price })).toMatchObject({ checks: [null], skipped: 0, unreadable: 0 });
});

test.each([
  ...["1.234", "12,345", "1e3", " 5", "£12", "71", "71.1", "71.100", "71.105", "£1,071", "1.234.567", "12,34,567.89"],
  ...["71.10.20", "1,071,10", "1.071.10", "1 071.10", "7 1.10", "7110p", "71.10 20", "£71.10 - £80.00", "from 71.10"],
  ...["€71.10", "71.10 EUR", "$71.10", "£71.10 GBP", "-71.10", "£-71.10", "(71.10)", "+71.10", "1e3.00", "0x71.10"],
  ...["0", "£0.00", "£", "sold out", "NaN", "Infinity", "71.１0", `${"9".repeat(20)}.00`],
])("%o is not surely a price: it is counted, and its check has none", (price) => {
  expect(recorded({ price })).toMatchObject({ checks: [null], skipped: 0, unreadable: 1 });
});

test("a currency's own decimals and signs count", () => {
  const read = (price: string, currency: string) => recorded({ price, currency }).checks?.[0];
  expect(read("¥7,110", "JPY")).toBe(7110);
  expect(read("7110 JPY", "JPY")).toBe(7110);
  expect(read("7.110", "JPY")).toBeNull();
  expect(read("71.10", "JPY")).toBeNull();
  expect(read("71.105", "KWD")).toBe(71_105);
  expect(read("71.10", "KWD")).toBeNull();
  expect(read("71,10 €", "EUR")).toBe(71_10);
  expect(read("$71.10", "USD")).toBe(71_10);
  expect(read("£71.10", "USD")).toBeNull();
});

test("of several rows at one moment the cheapest readable one counts, in any order", () => {
  const rows = [{ price: "£80.00" }, { price: "" }, { price: "£71.10" }, { price: "sold out" }];
  expect(recorded(...rows).checks).toEqual([71_10]);
  expect(recorded(...rows.reverse()).checks).toEqual([71_10]);
});

test("checks are in order of time, whatever the order of the lines", () => {
  const { watches } = recorded(
    { timestamp_utc: "2026-02-01T12:00:00Z", price: "3.00" },
    { timestamp_utc: "2026-02-01 10:00:00", price: "1.00" },
    { timestamp_utc: "2026-02-01T11:00:00.500", price: "2.00" },
  );
  expect(watches[0]?.checks).toEqual([
    { at: Date.UTC(2026, 1, 1, 10), price: 100 },
    { at: Date.UTC(2026, 1, 1, 11, 0, 0, 500), price: 200 },
    { at: Date.UTC(2026, 1, 1, 12), price: 300 },
  ]);
});

test("each route and departure day is a watch of its own", () => {
  const { watches } = recorded({}, { origin: "stn " }, { destination: "MXP" }, { departure_date: "2026-06-17" });
  expect(watches.map(({ name }) => name)).toEqual(["STN-BGY 2026-06-16", "STN-MXP 2026-06-16", "STN-BGY 2026-06-17"]);
});

test("unreadable rows are counted and left out", () => {
  const wrong: Partial<Line>[] = [
    { timestamp_utc: "yesterday" },
    { timestamp_utc: "2026-02-30T10:00:00" },
    { timestamp_utc: "2026-02-01T25:00:00" },
    { origin: "" },
    { origin: "STANSTED" },
    { destination: "STN" },
    { departure_date: "2026-06-31" },
    { departure_date: "" },
    { currency: "XXX" },
    { currency: "EUR" },
  ];
  const { watches, skipped } = recorded({}, ...wrong);
  expect(watches).toHaveLength(1);
  expect(watches[0]?.checks).toHaveLength(1);
  expect(skipped).toBe(wrong.length);
});

test("each fault has its line's number and each column at fault", () => {
  const { faults } = recorded(
    {},
    { timestamp_utc: "yesterday", origin: "STANSTED", number: 7 },
    { price: "£12", number: 9 },
    { currency: "EUR", number: 10 },
    { destination: "stn", number: 11 },
  );
  expect(faults).toEqual([
    {
      number: 7,
      of: "line",
      reason:
        'timestamp_utc "yesterday" must be a moment in UTC, such as 2026-01-15T23:13:48; ' +
        'origin "STANSTED" must be a three-letter IATA code, such as STN',
    },
    { number: 9, of: "price", reason: 'price "£12" is not surely an amount in GBP' },
    { number: 10, of: "line", reason: 'currency "EUR" must be GBP, as before for STN-BGY 2026-06-16' },
    { number: 11, of: "line", reason: 'destination "stn" must differ from origin' },
  ]);
});

test("the provider answers each question with its latest record, and cannot confirm", async () => {
  const { watches } = recorded(
    { price: "£80.00" },
    { timestamp_utc: "2026-02-02T10:00:00", price: "" },
    { timestamp_utc: "2026-02-03T10:00:00", price: "£71.10" },
  );
  const replay = provider(watches);
  const question = {
    origin: "STN",
    destination: "BGY",
    departureDate: "2026-06-16",
    returnDate: null,
    currency: "GBP",
  };
  const party = { adults: 1, childAges: [], infants: 0, cabin: "economy", maxStops: null } as const;
  const costs = async (at: string, over = {}) => {
    const answer = await replay.search({ ...question, ...party, childAges: [], ...over }, new Date(at));
    return answer.offers[0]?.total ?? answer.status;
  };
  expect(await costs("2026-02-01T09:59:59.999Z")).toBe("no_results");
  expect(await costs("2026-02-01T10:00:00Z")).toBe(80_00);
  expect(await costs("2026-02-02T09:59:59.999Z")).toBe(80_00);
  expect(await costs("2026-02-02T10:00:00Z")).toBe("no_results");
  expect(await costs("2027-01-01T00:00:00Z")).toBe(71_10);
  expect(await costs("2026-02-01T10:00:00Z", { currency: "EUR" })).toBe("no_results");
  expect(await costs("2026-02-01T10:00:00Z", { departureDate: "2026-06-17" })).toBe("no_results");
  expect(replay.confirm).toBeUndefined();
});
