import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as Day from "../../src/base/day.ts";

const date = fc.date({
  min: new Date("1970-01-01T00:00:00Z"),
  max: new Date("2399-12-31T23:59:59Z"),
  noInvalidDate: true,
});

test("days are added and counted across months, leap days and years", () => {
  expect(Day.addDays("2027-03-31", 1)).toBe("2027-04-01");
  expect(Day.addDays("2028-03-01", -1)).toBe("2028-02-29");
  expect(Day.addDays("2026-12-31", 365)).toBe("2027-12-31");
  expect(Day.daysBetween("2026-12-31", "2027-12-31")).toBe(365);
  expect(Day.daysBetween("2027-04-01", "2027-03-31")).toBe(-1);
});

test("a day's number and its text are those of the same day, for a Date and for milliseconds", () => {
  fc.assert(
    fc.property(date, (at) => {
      expect(Day.isoDay(at)).toBe(Day.isoDay(at.getTime()));
      expect(Day.isoDay(Day.dayNumber(at.getTime()) * Day.msPerDay)).toBe(Day.isoDay(at));
    }),
  );
});

test("a month begins at its first instant, also across years", () => {
  const at = new Date("2026-11-26T13:00:00Z");
  expect(Day.monthNumber(at)).toBe(202611);
  expect(new Date(Day.startOfMonth(at)).toISOString()).toBe("2026-11-01T00:00:00.000Z");
  expect(new Date(Day.startOfMonth(at, 2)).toISOString()).toBe("2027-01-01T00:00:00.000Z");
  expect(new Date(Day.startOfMonth(at, -11)).toISOString()).toBe("2025-12-01T00:00:00.000Z");
});

test.each([
  ["2026-01-01", "2025-12-29", "2026-W01"],
  ["2027-01-03", "2026-12-28", "2026-W53"],
  ["2026-03-15", "2026-03-09", "2026-W11"],
  ["2026-03-16", "2026-03-16", "2026-W12"],
])("%s is in the week from %s, which is %s", (day, monday, week) => {
  expect(Day.mondayOf(new Date(`${day}T23:59:59.999Z`))).toBe(monday);
  expect(Day.isoWeek(monday)).toBe(week);
});
