import { expect, test } from "vitest";
import { daysLater, durationOf, formatOf } from "../../src/words/format.ts";

/** Without the marks of direction and with plain spaces, which differ between releases of the language data. */
const plain = (text: string) => text.replaceAll(/[\u200e\u200f\u061c]/g, "").replaceAll(/[\u00a0\u202f]/g, " ");

test.each([
  ["en-GB", "1234.50", "GBP", "£1,234.50"],
  ["de-DE", "1234.50", "EUR", "1.234,50 €"],
  ["ja", "30990", "JPY", "￥30,990"],
  ["en-GB", "12.345", "KWD", "KWD 12.345"],
  ["en-GB", "123456789012.34", "GBP", "£123,456,789,012.34"],
  ["en-GB", "9007199254740993.01", "GBP", "£9,007,199,254,740,993.01"],
])("%s writes %s %s as %s", (locale, amount, currency, text) => {
  expect(plain(formatOf(locale, "UTC").money({ amount, currency }))).toBe(text);
});

test("Arabic keeps its digits and its currency's decimals", () => {
  const text = plain(formatOf("ar-EG", "UTC").money({ amount: "12.345", currency: "KWD" }));
  expect(text).toContain("١٢٫٣٤٥");
});

test("a change has its sign, and none has none", () => {
  const { change } = formatOf("en-GB", "UTC");
  expect(change({ amount: "4", currency: "GBP" })).toBe("+£4.00");
  expect(change({ amount: "-4", currency: "GBP" })).toBe("-£4.00");
  expect(change({ amount: "0", currency: "GBP" })).toBe("£0.00");
});

test.each(["America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "UTC"])("in %s a day stays its day", (zone) => {
  const format = formatOf("en-GB", zone);
  expect(format.longDay("2027-01-24")).toMatch(/^Sunday,? 24 January 2027$/);
  expect(format.clock("2027-01-24T23:10:00")).toBe("23:10");
  expect(format.month("2027-01")).toBe("January 2027");
});

test("an instant is in the reader's zone", () => {
  const at = "2026-11-26T22:30:00.000Z";
  expect(formatOf("en-GB", "Asia/Kathmandu").moment(at)).toBe("27 Nov 2026, 04:15");
  expect(formatOf("en-GB", "America/Santiago").moment(at)).toBe("26 Nov 2026, 19:30");
  expect(formatOf("de-DE", "Pacific/Apia").moment(at)).toBe("27.11.2026, 11:30");
});

test("an age is rounded toward now", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  const { age } = formatOf("en-GB", "UTC");
  expect(age("2026-11-26T11:57:00Z", now)).toBe("3 minutes ago");
  expect(age("2026-11-26T11:59:40Z", now)).toBe("now");
  expect(age("2026-11-26T14:59:00Z", now)).toBe("in 2 hours");
  expect(age("2026-11-25T12:00:00Z", now)).toBe("yesterday");
});

test("days are counted by the reader's calendar, because tomorrow is a day of it", () => {
  const evening = Date.parse("2026-11-23T20:00:00Z");
  const { age } = formatOf("en-GB", "UTC");
  expect(age("2026-11-25T06:00:00Z", evening)).toBe("in 2 days");
  expect(age("2026-11-24T21:00:00Z", evening)).toBe("tomorrow");
  expect(age("2026-11-21T21:00:00Z", evening)).toBe("2 days ago");
  expect(formatOf("de-DE", "UTC").age("2026-11-25T06:00:00Z", evening)).toBe("übermorgen");
  expect(formatOf("en-GB", "Asia/Tokyo").age("2026-11-24T23:00:00Z", evening)).toBe("tomorrow");
  expect(formatOf("en-GB", "Europe/Berlin").dayOf("2027-01-05T23:10:00Z")).toBe("2027-01-06");
});

test("durations and arrivals are read as the API writes them", () => {
  expect(durationOf("P1DT2H55M")).toEqual({ days: 1, hours: 2, minutes: 55 });
  expect(durationOf("nonsense")).toEqual({ days: 0, hours: 0, minutes: 0 });
  expect(formatOf("en-GB", "UTC").duration("P1DT2H55M")).toBe("26h 55m");
  expect(daysLater("2027-01-24T23:10:00", "2027-01-25T02:15:00")).toBe(1);
  expect(daysLater("2027-01-24T10:00:00", "2027-01-23T22:00:00")).toBe(-1);
});
