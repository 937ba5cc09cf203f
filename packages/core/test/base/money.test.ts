import cldr from "cldr-core/supplemental/currencyData.json" with { type: "json" };
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

/** Unicode's table of each region's money: from when and until when it is legal tender. */
type Uses = Record<string, { _from?: string; _to?: string; _tender?: string }>;

test("the money of every region is accepted, and none that was replaced", () => {
  const day = "2026-11-26";
  const uses = Object.values(cldr.supplemental.currencyData.region as unknown as Record<string, Uses[]>).flat();
  const legal = uses.flatMap((use) =>
    Object.entries(use).flatMap(([code, { _from = day, _to = "9999", _tender }]) =>
      _tender !== "false" && _from <= day && _to > day ? [code] : [],
    ),
  );
  // ISO 4217 has these two as well: El Salvador's former money, and the bolívar under the code of its digital form.
  const accepted = Currency.pipe[2].options;
  expect(accepted.toSorted()).toEqual([...new Set([...legal, "SVC", "VED"])].sort());
  expect(accepted).toContain("XCG");
  expect(v.is(Currency, "ANG")).toBe(false);
});

test("what was stored in a replaced currency can still be read", () => {
  expect(toInfo(12345, "ANG")).toEqual({ amount: "123.45", currency: "ANG" });
  expect(toInfo(12345, "BGN")).toEqual({ amount: "123.45", currency: "BGN" });
});
