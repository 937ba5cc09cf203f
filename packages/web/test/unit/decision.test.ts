import { expect, test } from "vitest";
import type { Judged } from "../../src/data/watches.ts";
import { contains, explain, pricesOf } from "../../src/watch/decision.ts";
import { de } from "../../src/words/de.ts";
import { en } from "../../src/words/en.ts";
import { formatOf, pluralOf } from "../../src/words/format.ts";

const words = en(pluralOf("en-GB"));
const format = formatOf("en-GB", "UTC");
const pounds = (amount: string) => ({ amount, currency: "GBP" });
const nearest = { rule: "target" as const, bound: pounds("27.00"), above: pounds("0.10") };

const silent = (more: Partial<Judged> = {}): Judged => ({
  at: "2026-11-25T10:00:00.000Z",
  status: "ok",
  price: pounds("27.10"),
  rules: { target: pounds("27.00"), drop: null, newLow: false, routeLow: false },
  bounds: { target: pounds("27.00"), drop: null, newLow: null, routeLow: null },
  decision: { silent: "no rule true" },
  nearest,
  alert: null,
  run: null,
  ...more,
});
const run = {
  count: 12,
  from: "2026-11-24T08:00:00.000Z",
  to: "2026-11-25T10:00:00.000Z",
  lowest: pounds("27.10"),
  highest: pounds("31.00"),
  nearest,
};

test("a silent check names its nearest bound and the difference", () => {
  expect(explain(silent(), words, format)).toBe("£0.10 above “at or below your price”");
});

test("a run names its reason, its nearest bound and the span of its prices", () => {
  expect(explain(silent({ run }), words, format)).toBe(
    "it cost more than every rule asks for; the nearest £0.10 above “at or below your price”",
  );
  expect(pricesOf(silent({ run }), format)).toBe("£27.10 – £31.00");
  expect(pricesOf(silent({ run: { ...run, highest: run.lowest } }), format)).toBe("£27.10");
  expect(pricesOf(silent({ run: { ...run, lowest: null, highest: null } }), format)).toBe("–");
});

test("a run contains the moments from its first check to its last, a check its own alone", () => {
  const moments = ["2026-11-24T07:59:59.999Z", run.from, "2026-11-24T20:00:00Z", run.to, "2026-11-25T10:00:00.001Z"];
  expect(moments.map((at) => contains(silent({ run }), at))).toEqual([false, true, true, true, false]);
  expect(moments.map((at) => contains(silent(), at))).toEqual([false, false, false, true, false]);
  expect(contains(silent({ run }), null)).toBe(false);
});

test("every decision has a sentence", () => {
  const decision = { fired: ["target" as const, "drop" as const], alreadyTrue: false, mistakeFare: false };
  expect(explain(silent({ decision, nearest: null }), words, format)).toBe(
    "at or below your price and below what is usual",
  );
  for (const all of [words, de(pluralOf("de-DE"))]) {
    for (const reason of Object.keys(all.why.reasons) as (keyof typeof all.why.reasons)[]) {
      const judged = silent({ decision: { silent: reason }, nearest: null });
      expect(explain(judged, all, format)).toBe(all.why.reasons[reason]);
    }
  }
  expect(explain(silent({ status: "partial", price: null, nearest: null }), words, format)).toBe(
    words.why.statuses.partial,
  );
});
