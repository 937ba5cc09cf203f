import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Zone from "../../src/base/zone.ts";
import { afterQuietHours } from "../../src/watch/quiet.ts";

test.each([
  ["a person without quiet hours", {}, "2026-03-01T23:30:00Z"],
  ["in the evening, UTC", { quiet: ["22:00", "07:00"] }, "2026-03-02T07:00:00Z"],
  ["in the evening, an hour ahead", { zone: "Europe/Berlin", quiet: ["22:00", "07:00"] }, "2026-03-02T06:00:00Z"],
  ["in an afternoon that is quiet", { zone: "America/New_York", quiet: ["18:00", "18:31"] }, "2026-03-01T23:31:00Z"],
  ["at the end of quiet hours", { zone: "America/New_York", quiet: ["18:00", "18:30"] }, "2026-03-01T23:30:00Z"],
  ["before they begin", { zone: "America/New_York", quiet: ["18:31", "07:00"] }, "2026-03-01T23:30:00Z"],
  [
    "in a zone that the database does not know",
    { zone: "Mars/Base", quiet: ["22:00", "07:00"] },
    "2026-03-02T07:00:00Z",
  ],
] as [string, { zone?: string; quiet?: string[] }, string][])(
  "a message due at 23:30 UTC waits for the end of quiet hours: %s",
  async (_, { zone = null, quiet = [null, null] }, due) => {
    expect(await dueAfter("2026-03-01T23:30:00Z", zone, quiet)).toBe(due);
  },
);

async function dueAfter(at: string, zone: string | null, [from, to]: (string | null)[]): Promise<string> {
  const [row] = await sql`
    with users as (
      select ${zone}::text as time_zone, ${from}::time as quiet_from, ${to}::time as quiet_to
    )
    select ${afterQuietHours(new Date(at))} as due
      from users`;
  return (row!.due as Date).toISOString().replace(".000", "");
}

test.each([
  // 05:00 by a clock that stays on summer time, which Postgres's own data may not know.
  ["2026-12-20T12:00:00Z", "America/Vancouver", ["22:00", "07:00"], "2026-12-20T14:00:00Z"],
  ["2026-12-20T06:30:00Z", "Africa/Casablanca", ["22:00", "07:00"], "2026-12-20T07:00:00Z"],
  ["2026-12-20T06:30:00Z", "Europe/Kiev", ["08:00", "09:00"], "2026-12-20T07:00:00Z"],
  // Clocks go forward, or back, before the quiet hours end.
  ["2026-03-07T23:00:00Z", "America/New_York", ["18:00", "07:00"], "2026-03-08T11:00:00Z"],
  ["2026-10-31T23:00:00Z", "America/New_York", ["18:00", "07:00"], "2026-11-01T12:00:00Z"],
  ["2026-10-24T22:00:00Z", "Europe/Berlin", ["22:00", "07:00"], "2026-10-25T06:00:00Z"],
  // The end of the quiet hours is skipped, or comes twice.
  ["2026-03-08T06:00:00Z", "America/New_York", ["22:00", "02:30"], "2026-03-08T07:30:00Z"],
  ["2026-03-29T00:30:00Z", "Europe/Berlin", ["22:00", "02:30"], "2026-03-29T01:30:00Z"],
  ["2026-11-01T04:30:00Z", "America/New_York", ["22:00", "01:30"], "2026-11-01T05:30:00Z"],
  ["2026-11-01T06:15:00Z", "America/New_York", ["22:00", "01:30"], "2026-11-01T06:30:00Z"],
] as [string, string, string[], string][])("at %s in %s, quiet hours of %j end at %s", async (at, zone, quiet, due) => {
  expect(await dueAfter(at, zone, quiet)).toBe(due);
});

test("quiet hours end as the clocks of our time zone data say, around every change of clocks", async () => {
  const zones = ["America/New_York", "America/Santiago", "Europe/London", "Africa/Cairo", "Australia/Lord_Howe"];
  const asked = zones.flatMap((zone) =>
    Zone.changes(zone, Date.UTC(2026), Date.UTC(2028)).flatMap((change) =>
      [-20, -8, -1, 1].map((hours) => ({ zone, at: change + (hours * 60 + 7) * 60_000 })),
    ),
  );
  for (const { zone, at } of asked) {
    const local = Zone.localMinutes(zone, at);
    for (const ahead of [20, 55, 90, 185, 600, 1300]) {
      const to = Zone.formatLocal(local + ahead).slice(11);
      const from = Zone.formatLocal(local).slice(11);
      const end = Zone.instant(zone, local + ahead);
      const due = await dueAfter(new Date(at).toISOString(), zone, [from, to]);
      expect([zone, new Date(at), from, to, due]).toEqual([
        ...[zone, new Date(at), from, to],
        new Date(end).toISOString().replace(".000", ""),
      ]);
    }
  }
});
