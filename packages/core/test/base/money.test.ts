import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { Currency, Decimal, Info, toInfo, toMinor } from "../../src/base/money.ts";

test.each([
  [12345, "GBP", "123.45"],
  [5, "EUR", "0.05"],
  [0, "USD", "0.00"],
  [12345, "JPY", "12345"],
  [7, "KWD", "0.007"],
  [12345, "TND", "12.345"],
])("%i minor units of %s are %s", (amount, currency, text) => {
  expect(toInfo(amount, currency)).toEqual({ amount: text, currency });
  expect(toMinor(text, currency)).toBe(amount);
});

test("a decimal may have fewer decimals than the currency, and not more", () => {
  expect(toMinor("5", "GBP")).toBe(500);
  expect(toMinor("5.5", "GBP")).toBe(550);
  expect(toMinor("5.555", "GBP")).toBeUndefined();
  expect(toMinor("5.0", "JPY")).toBeUndefined();
});

test("an amount survives the way to the API and back, for every number of decimals", () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.constantFrom("GBP", "JPY", "KWD"), (amount, currency) => {
      const shown = toInfo(amount, currency);
      expect(v.is(Info, shown)).toBe(true);
      expect(toMinor(shown.amount, currency)).toBe(amount);
    }),
  );
});

test("currencies are ISO 4217's, in either case", () => {
  expect(v.parse(Currency, "gbp")).toBe("GBP");
  for (const code of ["XXX", "GB", "GBPP", "", "toString", "__proto__"]) expect(v.is(Currency, code)).toBe(false);
  expect(() => toInfo(1, "XXX")).toThrow("no such currency");
});

test("only plain decimals are amounts", () => {
  for (const text of ["1", "1.5", "200.00", "0.005"]) expect(v.is(Decimal, text)).toBe(true);
  for (const text of ["", ".5", "1.", "-1", "+1", "1e3", "1,5", " 1", "1.0000", "١", "1".repeat(13)])
    expect(v.is(Decimal, text)).toBe(false);
});
