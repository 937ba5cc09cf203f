import { describe, expect, test } from "vitest";
import * as Airport from "../../src/airport.ts";
import { currentName, formatLocal, instantOf, localDay, localMinutes, offset } from "../../src/base/zone.ts";

const utc = (zone: string, local: string) => new Date(instantOf(zone, local)).toISOString().slice(0, 16);
const clock = (zone: string, at: string) => formatLocal(localMinutes(zone, Date.parse(`${at}Z`)));

test.each([
  // Permanent since 2026; a runtime with older data has each of these an hour off.
  ["America/Vancouver", "2026-12-20T12:00", -7 * 60],
  ["America/Edmonton", "2026-12-20T12:00", -6 * 60],
  ["America/Inuvik", "2026-12-20T12:00", -6 * 60],
  ["America/Winnipeg", "2026-12-20T12:00", -5 * 60],
  ["Africa/Casablanca", "2026-12-20T12:00", 0],
  ["America/Havana", "2026-12-20T12:00", -4 * 60],
  ["America/Coyhaique", "2026-07-01T12:00", -3 * 60],
  ["Asia/Kathmandu", "2026-07-01T12:00", 345],
  ["Australia/Lord_Howe", "2026-07-01T12:00", 630],
  ["America/Scoresbysund", "2026-07-01T12:00", -60],
] as const)("%s at %s UTC is %d minutes ahead of UTC", (zone, at, minutes) => {
  expect(offset(zone, Date.parse(`${at}Z`))).toBe(minutes);
});

describe("a local time", () => {
  test.each([
    ["America/New_York", "2026-03-08T02:30", "2026-03-08T07:30", "2026-03-08T03:30"],
    ["America/Santiago", "2026-09-06T00:30", "2026-09-06T04:30", "2026-09-06T01:30"],
    ["Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:30", "2026-03-29T03:30"],
    ["Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00", "2026-04-24T01:00"],
    ["Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:40", "2026-10-04T02:40"],
  ])("that the clocks of %s skip, %s, moves forward by the gap", (zone, local, instant, shown) => {
    expect(utc(zone, local)).toBe(instant);
    expect(clock(zone, instant)).toBe(shown);
  });

  test.each([
    ["America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"],
    ["Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30"],
    ["Australia/Sydney", "2026-04-05T02:30", "2026-04-04T15:30"],
    ["Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"],
  ])("that the clocks of %s show twice, %s, is the first of the two", (zone, local, instant) => {
    expect(utc(zone, local)).toBe(instant);
  });

  test("before and after the years of the file has the nearest offset that is known", () => {
    expect(utc("Asia/Tokyo", "1999-01-01T09:00")).toBe("1999-01-01T00:00");
    expect(utc("Asia/Tokyo", "2999-01-01T09:00")).toBe("2999-01-01T00:00");
  });

  test("in a zone that does not exist is an error", () => {
    expect(() => instantOf("Mars/Base", "2026-01-01T00:00")).toThrow(RangeError);
  });
});

test("a local day begins at local midnight", () => {
  expect(localDay("Pacific/Kiritimati", Date.parse("2026-03-01T09:59:59Z"))).toBe("2026-03-01");
  expect(localDay("Pacific/Kiritimati", Date.parse("2026-03-01T10:00:00Z"))).toBe("2026-03-02");
  expect(localDay("Pacific/Pago_Pago", Date.parse("2026-03-01T10:59:59Z"))).toBe("2026-02-28");
});

test.each([
  ["Europe/Kiev", "Europe/Kyiv"],
  ["Europe/Kyiv", "Europe/Kyiv"],
  ["europe/paris", "Europe/Paris"],
  ["Asia/Calcutta", "Asia/Kolkata"],
  ["Asia/Saigon", "Asia/Ho_Chi_Minh"],
  ["Asia/Katmandu", "Asia/Kathmandu"],
  ["Asia/Rangoon", "Asia/Yangon"],
  ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
  ["America/Godthab", "America/Nuuk"],
  ["America/Indianapolis", "America/Indiana/Indianapolis"],
  ["America/Coral_Harbour", "America/Atikokan"],
  ["Pacific/Enderbury", "Pacific/Kanton"],
  ["Atlantic/Faeroe", "Atlantic/Faroe"],
  ["Africa/Asmera", "Africa/Asmara"],
  ["Africa/Accra", "Africa/Accra"],
  ["Europe/Oslo", "Europe/Oslo"],
  ["US/Pacific", "America/Los_Angeles"],
  ["Singapore", "Asia/Singapore"],
  ["Etc/UTC", "UTC"],
  ["GMT", "UTC"],
  ["Etc/GMT+5", "Etc/GMT+5"],
  ["Mars/Base", undefined],
  ["constructor", undefined],
])("%s is today called %s", (name, current) => {
  expect(currentName(name)).toBe(current);
});

test("every airport has a zone of the file, by its current name", async () => {
  const others = [...Airport.all().values()].filter(({ timeZone }) => currentName(timeZone) !== timeZone);
  expect(others.map(({ code, timeZone }) => `${code} ${timeZone}`)).toEqual([]);
});
