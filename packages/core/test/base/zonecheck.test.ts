import { afterEach, expect, test, vi } from "vitest";
import { edition } from "../../src/base/zone.ts";
import { compareWithRuntime } from "../../src/base/zonecheck.ts";

const at = new Date(`${edition().checked}T12:00:00Z`);
const daysLater = (days: number) => new Date(at.getTime() + days * 86_400_000);
const zones = ["Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"];
const newer = "9999a";

afterEach(() => vi.restoreAllMocks());

test("the age counts from the day on which our edition was seen to be the newest", () => {
  expect(compareWithRuntime(zones, at).ageDays).toBe(0);
  expect(compareWithRuntime(zones, daysLater(183)).ageDays).toBe(183);
});

test("zones that the runtime knows as we do are not reported", () => {
  expect(compareWithRuntime(zones, at, newer).differing).toEqual([]);
});

test("a zone whose clocks a newer runtime sets otherwise is reported, also for a part of the year", () => {
  const { formatToParts } = Intl.DateTimeFormat.prototype;
  vi.spyOn(Intl.DateTimeFormat.prototype, "formatToParts").mockImplementation(function (this: Intl.DateTimeFormat, at) {
    const isLondon = this.resolvedOptions().timeZone === "Europe/London";
    return isLondon ? [{ type: "timeZoneName", value: "GMT" }] : formatToParts.call(this, at);
  });
  expect(compareWithRuntime(zones, at, newer).differing).toEqual(["Europe/London"]);
  expect(compareWithRuntime(zones, at, edition().version).differing).toEqual([]);
});
