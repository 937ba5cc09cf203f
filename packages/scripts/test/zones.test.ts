import { createRequire } from "node:module";
import * as Airport from "@travel-conductor/core/airport";
import { daysBetween, isoDay, msPerDay } from "@travel-conductor/core/base/day";
import * as Zone from "@travel-conductor/core/base/zone";
import moment from "moment-timezone";
import { TzDatabase } from "timezonecomplete";
import { describe, expect, test } from "vitest";

const require = createRequire(import.meta.url);
const minute = 60_000;
const edition = Zone.edition();
const [start, end] = [Date.UTC(edition.first), Date.UTC(edition.last + 1)];

/** Every zone of our airports. */
const zones = [...new Set([...Airport.all().values()].map(({ timeZone }) => timeZone))].sort();

/** Moments (ms) beside each change of a zone's clocks between `from` and `to`, and the start and middle of each month. */
function moments(zone: string, from: number, to: number): number[] {
  const beside = Zone.changes(zone, from, to).flatMap((at) => [at - minute, at, at + minute]);
  const months = Array.from({ length: 12 * 50 }, (_, month) => Date.UTC(edition.first, month));
  return [...beside, ...months, ...months.map((at) => at + 14.6 * msPerDay)].filter((at) => at > from && at < to);
}

/** Local times (minutes since 1970) around each change of clocks between `from` and `to`: what both clocks show, ± a day. */
function localTimes(zone: string, from: number, to: number, around: number[]): number[] {
  return Zone.changes(zone, from, to).flatMap((at) =>
    [Zone.offset(zone, at - 1), Zone.offset(zone, at)].flatMap((offset) =>
      around.map((by) => at / minute + offset + by),
    ),
  );
}

describe("moment-timezone, which unpacks the data of its edition itself", () => {
  test("has our edition, and our offset at each moment in every zone of our airports", () => {
    expect(moment.tz.dataVersion).toBe(edition.version);
    const others = zones.flatMap((zone) => {
      const theirs = moment.tz.zone(zone)!;
      return moments(zone, start, end).filter((at) => Zone.offset(zone, at) + theirs.utcOffset(at) !== 0);
    });
    expect(others).toEqual([]);
  });

  test("changes its clocks at our moments", () => {
    for (const zone of zones) {
      const { untils, utcOffset } = moment.tz.zone(zone)!;
      const offsetAt = utcOffset.bind(moment.tz.zone(zone)!);
      const theirs = untils.filter((at) => at > start && at < end && offsetAt(at) !== offsetAt(at - 1));
      expect([zone, Zone.changes(zone, start, end)]).toEqual([zone, theirs]);
    }
  });

  test("turns the local times around each change of clocks into our instants", () => {
    const around = [-1440, -181, -61, -60, -45, -30, -15, -1, 0, 1, 15, 30, 45, 60, 61, 181, 1440];
    let compared = 0;
    for (const zone of zones) {
      for (const local of localTimes(zone, start, end, around)) {
        const text = Zone.formatLocal(local);
        const theirs = moment.tz(text, zone).valueOf();
        if (Zone.instant(zone, local) !== theirs) expect(`${zone} ${text} ${Zone.instant(zone, local)}`).toBe(theirs);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100_000);
  });
});

describe("timezonecomplete, which computes from the rules of the IANA source in tzdata", () => {
  /** The years in which flights are sold with this edition; each look-up takes it a third of a millisecond. */
  const [from, to] = [Date.UTC(2026), Date.UTC(2029)];

  /** Zones that it has otherwise. Its tzdata is 2026d. To be corrected when a newer one is pinned. */
  const otherwise = [
    // Its data have their summer times, which timezonecomplete 5.15.1 leaves out after years without.
    "Africa/Cairo",
    "America/Port-au-Prince",
    // 2026d ends summer time an hour later.
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    // 2026d has a winter time from November 2026 on.
    "America/Havana",
    "America/Winnipeg",
  ];

  test("has our offset at each moment in every zone of our airports", () => {
    TzDatabase.init(require("tzdata"));
    const theirs = (zone: string, at: number) => TzDatabase.instance().totalOffset(zone, at).minutes();
    const others = zones.filter((zone) =>
      moments(zone, from, to).some((at) => theirs(zone, at) !== Zone.offset(zone, at)),
    );
    expect(others).toEqual(otherwise.sort());
  });
});

test("a zone's current name and every name that stands for it have the same clocks", () => {
  const names = moment.tz.names();
  expect(names.length).toBeGreaterThan(590);
  for (const name of names) {
    const current = Zone.currentName(name)!;
    for (let at = Date.UTC(2026); at < Date.UTC(2028); at += 5 * msPerDay) {
      expect([name, Zone.offset(current, at)]).toEqual([name, 0 - moment.tz.zone(name)!.utcOffset(at)]);
    }
  }
});

test("a current name is one of the IANA table of countries and zones, UTC, or an offset of Etc", () => {
  const listed = new Set(moment.tz.countries().flatMap((country) => moment.tz.zonesForCountry(country)));
  const names = moment.tz.names().map((name) => Zone.currentName(name)!);
  const others = names.filter((name) => !listed.has(name) && name !== "UTC" && !/^Etc\/GMT[+-]\d+$/.test(name));
  expect(others).toEqual([]);
  for (const name of listed) expect(Zone.currentName(name)).toBe(name);
});

test("the time zone data were seen to be the newest within the last half year", () => {
  const age = daysBetween(edition.checked, isoDay(Date.now()));
  expect(
    age,
    `zones.json holds ${edition.version} and was last renewed on ${edition.checked}, ${age} days ago. ` +
      "Governments change clocks at short notice: run `npm run zones`, which says which version of moment-timezone to " +
      "pin if there is a newer one, and commit zones.json (docs/flights.md, Time zones).",
  ).toBeLessThanOrEqual(Zone.maxAgeDays);
});
