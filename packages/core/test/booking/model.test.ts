import fc from "fast-check";
import { expect, test } from "vitest";
import { bookingHistories, playBooking } from "../support/model/bookings.ts";
import { runs } from "../support/runs.ts";

/** Histories of the test. */
const numRuns = runs(8);

test(
  "whatever fails, dies, repeats or comes late, a booking ends with one order and its money, or with neither",
  async () => {
    const ends: Record<string, number> = {};
    const property = fc.asyncProperty(bookingHistories, async (history) => {
      const end = await playBooking(history);
      ends[end] = (ends[end] ?? 0) + 1;
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
    // Histories that all end alike show little.
    expect(Object.keys(ends).length).toBeGreaterThan(1);
  },
  numRuns * 20_000,
);
