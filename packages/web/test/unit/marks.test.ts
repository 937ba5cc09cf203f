import { expect, test } from "vitest";
import type { Results } from "../../src/data/flights.ts";
import { leastOf } from "../../src/data/least.ts";
import { currencyOf } from "../../src/data/regions.ts";
import { marksOf } from "../../src/search/marks.ts";

const offer = (id: string, amount: string, ...durations: string[]) =>
  ({ id, total: { amount, currency: "GBP" }, slices: durations.map((duration) => ({ duration })) }) as never;
const offers = [offer("a", "9.50", "PT5H"), offer("b", "10.00", "PT2H", "PT2H"), offer("c", "9.50", "PT4H")];

test("all that cost least and all that last least are marked", () => {
  expect(Object.fromEntries(marksOf(offers, "departure", false))).toEqual({
    a: ["cheapest"],
    b: ["shortest"],
    c: ["cheapest", "shortest"],
  });
});

test("where more follow, only what they are sorted by is known", () => {
  expect([...marksOf(offers, "price", true).keys()]).toEqual(["a", "c"]);
  expect([...marksOf(offers, "duration", true).keys()]).toEqual(["b", "c"]);
  expect(marksOf(offers, "departure", true).size).toBe(0);
});

test("nothing is marked where all are alike", () => {
  expect(marksOf([offer("a", "1.00", "PT1H"), offer("b", "1.00", "PT1H")], "price", false).size).toBe(0);
  expect(marksOf([], "price", false).size).toBe(0);
});

test("the least price of an answer is that of its facets, also where its filters leave no offer", () => {
  const least = (amount: string) => ({ count: 1, least: { amount, currency: "GBP" } });
  const none = { stops: [], airlines: [], bags: [], refundable: null, departures: [], returnDepartures: [] };
  const page = (facets: object) => ({ items: [], facets: { ...none, ...facets } }) as unknown as Results;
  const found = page({ stops: [{ stops: 0, ...least("100.00") }], airlines: [{ code: "BA", ...least("99.00") }] });
  expect(leastOf(found)).toEqual({ amount: "99.00", currency: "GBP" });
  expect([leastOf(page({})), leastOf(undefined)]).toEqual([undefined, undefined]);
});

test.each([
  ["en-GB", "GBP"],
  ["de-DE", "EUR"],
  ["de", "EUR"],
  ["de-CH", "CHF"],
  ["en", "USD"],
  ["ar", undefined],
])("a browser in %s searches in %s", (locale, currency) => {
  expect(currencyOf(locale)).toBe(currency);
});
