import { expect, test } from "vitest";
import { type Slot, slotOf, type Wishes } from "../../src/delivery/when.ts";

const quiet = { from: 22 * 60, to: 7 * 60 };
const wishes: Wishes = { timeZone: "Europe/Berlin", messagesADay: 3, digestAt: 8 * 60, quiet, pausedUntil: null };
const at = (local: string) => Date.parse(local);

/** A slot with its moment as text (UTC). */
const read = ({ due, because: _, ...slot }: Slot) => ({ ...slot, due: new Date(due).toISOString() });
const slot = (over: Partial<Wishes>, others: string[], moment: string) =>
  read(slotOf({ ...wishes, ...over }, others.map(at), at(moment)));

test("by day a message goes at once", () => {
  const now = "2026-03-02T12:00:00.000Z";
  expect(slot({}, [], now)).toEqual({ kind: "alerts", due: now, held: false });
});

test("in quiet hours it waits for their end, together with all others of the night", () => {
  const end = { kind: "alerts", due: "2026-03-03T06:00:00.000Z", held: true };
  expect(slot({}, [], "2026-03-02T21:00:00.000Z")).toEqual(end);
  expect(slot({}, [], "2026-03-02T20:59:59.999Z")).toMatchObject({ held: false });
  const full = ["2026-03-03T06:00:00.000Z", "2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z"];
  expect(slot({ messagesADay: 1 }, full, "2026-03-03T05:59:00.000Z")).toEqual(end);
  expect(slot({ quiet: null }, [], "2026-03-02T23:00:00.000Z")).toMatchObject({ held: false });
});

test("quiet hours within a day, and none in the zone of UTC without one of the person's own", () => {
  const noon = { from: 12 * 60, to: 13 * 60 };
  expect(slot({ timeZone: null, quiet: noon }, [], "2026-03-02T12:30:00.000Z").due).toBe("2026-03-02T13:00:00.000Z");
  expect(slot({ timeZone: null, quiet: noon }, [], "2026-03-02T13:00:00.000Z")).toMatchObject({ held: false });
});

test("quiet hours end on the clock, on the nights when the clocks change", () => {
  expect(slot({}, [], "2026-03-28T23:00:00.000Z").due).toBe("2026-03-29T05:00:00.000Z");
  expect(slot({}, [], "2026-10-24T22:00:00.000Z").due).toBe("2026-10-25T06:00:00.000Z");
  // They end at 02:30, which the clocks skip.
  const skipped = { from: 22 * 60, to: 150 };
  expect(slot({ quiet: skipped }, [], "2026-03-28T23:00:00.000Z").due).toBe("2026-03-29T01:30:00.000Z");
});

test("beyond the most a day, by the person's own day, alerts come as one message at the hour of the digest", () => {
  const day = ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z", "2026-03-02T11:00:00.000Z"];
  const digest = { kind: "digest", due: "2026-03-03T07:00:00.000Z", held: true };
  expect(slot({}, day, "2026-03-02T12:00:00.000Z")).toEqual(digest);
  expect(slot({}, day.slice(1), "2026-03-02T12:00:00.000Z")).toMatchObject({ kind: "alerts" });
  expect(slot({ quiet: null }, day, "2026-03-02T23:00:00.000Z")).toMatchObject({ kind: "alerts" });
  expect(slot({ messagesADay: 0 }, [], "2026-03-02T12:00:00.000Z")).toEqual(digest);
  expect(slot({ messagesADay: 0 }, [], "2026-03-03T07:00:00.000Z").due).toBe("2026-03-04T07:00:00.000Z");
});

test("alerts of one sweep are one message, also where it is the last of the day", () => {
  const sweep = "2026-03-02T11:00:00.000Z";
  const day = ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z", sweep];
  expect(slot({}, day, sweep)).toEqual({ kind: "alerts", due: sweep, held: false });
});

test("a pause brings what still holds at the first digest after its last day", () => {
  const paused = { pausedUntil: "2026-03-10" };
  const digest = { kind: "digest", due: "2026-03-10T07:00:00.000Z", held: true };
  expect(slot(paused, [], "2026-03-02T12:00:00.000Z")).toEqual(digest);
  expect(slot(paused, [], "2026-03-09T22:59:00.000Z")).toEqual(digest);
  expect(slot(paused, [], "2026-03-10T12:00:00.000Z")).toMatchObject({ kind: "alerts", held: false });
});

test("quiet hours that end at a time which the clocks show twice end the second time too", () => {
  const twice = { from: 22 * 60, to: 150 };
  // 02:10 for the first time, and for the second.
  expect(slot({ quiet: twice }, [], "2026-10-25T00:10:00.000Z").due).toBe("2026-10-25T00:30:00.000Z");
  expect(slot({ quiet: twice }, [], "2026-10-25T01:10:00.000Z").due).toBe("2026-10-25T01:30:00.000Z");
});
