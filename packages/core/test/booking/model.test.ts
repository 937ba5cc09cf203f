import fc from "fast-check";
import { expect, test } from "vitest";
import { bookingHistories, playBooking } from "../support/model/bookings.ts";
import { runs } from "../support/runs.ts";

/** Histories of the test. */
const numRuns = runs(8);

test(
  "whatever fails, dies, repeats or comes late, a booking ends with one order and its money, or with neither",
  async () => {
    await fc.assert(
      fc.asyncProperty(bookingHistories, async (history) => void (await playBooking(history))),
      { numRuns, endOnFailure: true },
    );
  },
  numRuns * 20_000,
);

test("a booking without trouble is confirmed, and one that its seller has no funds for fails", async () => {
  const calm = { card: "4242424242424242" as const, hold: false, first: { dies: 1_000, loses: false }, happenings: [] };
  expect(await playBooking({ ...calm, seller: 201 })).toBe("confirmed");
  expect(await playBooking({ ...calm, seller: "no funds" })).toBe("failed");
}, 40_000);
