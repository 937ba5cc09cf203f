import { type Slot, slotOf } from "@travel-conductor/core/delivery";
import fc from "fast-check";
import { expect, test } from "vitest";
import { meaningOf, type Wishes } from "../../src/channel/past.ts";

const evening = { zone: "Europe/London", quiet: { from: "22:00", to: "07:00" }, messagesADay: 2 };

test("what comes at once, after the night and in a digest is told apart", () => {
  const instants = ["2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", "2026-11-24T23:00:00Z"];
  expect(meaningOf(instants, evening)).toEqual({ atOnce: 2, afterNight: 1, inDigest: 1 });
  expect(meaningOf(instants, { ...evening, quiet: null, messagesADay: 20 }).atOnce).toBe(4);
  expect(meaningOf(instants, { ...evening, messagesADay: 0 }).inDigest).toBe(4);
});

test("alerts of one check are one message", () => {
  const same = ["2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z"];
  expect(meaningOf(same, { ...evening, messagesADay: 1 })).toEqual({ atOnce: 3, afterNight: 0, inDigest: 0 });
});

const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom("00", "30"))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
const span = fc.record({ from: time, to: time }).filter(({ from, to }) => from !== to);

/** What the delivery itself would have decided, alert by alert. */
function decided(instants: string[], { zone, quiet, messagesADay, digestAt }: Wishes & { digestAt: string }) {
  const wishes = {
    timeZone: zone,
    messagesADay,
    digestAt: minutes(digestAt),
    quiet: quiet && { from: minutes(quiet.from), to: minutes(quiet.to) },
    pausedUntil: null,
  };
  const slots: Slot[] = [];
  for (const instant of [...instants].sort())
    slots.push(
      slotOf(
        wishes,
        // A digest is none of the messages of its day.
        slots.flatMap(({ kind, due }) => (kind === "alerts" ? [due] : [])),
        Date.parse(instant),
      ),
    );
  return {
    atOnce: slots.filter(({ kind, held }) => kind === "alerts" && !held).length,
    afterNight: slots.filter(({ kind, held }) => kind === "alerts" && held).length,
    inDigest: slots.filter(({ kind }) => kind === "digest").length,
  };
}

test("the screen says of the past what the delivery would have done", () => {
  // Ten days without a change of the clocks, in which no time of day is missing or comes twice.
  const start = Date.parse("2026-11-10T00:00:00Z");
  const instant = fc.integer({ min: 0, max: 10 * 48 }).map((half) => new Date(start + half * 1_800_000).toISOString());
  const wishes = fc.record({
    zone: fc.constantFrom("UTC", "Europe/London", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"),
    quiet: fc.option(span, { nil: null }),
    messagesADay: fc.integer({ min: 0, max: 4 }),
    digestAt: time,
  });
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 40 }), wishes, (instants, wanted) => {
      expect(meaningOf(instants, wanted)).toEqual(decided(instants, wanted));
    }),
    { numRuns: 1_000 },
  );
});
