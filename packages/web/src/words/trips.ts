import { trips as english } from "./en/trips.ts";
import { lateWords } from "./late.ts";

/** The texts of trips, and of booking them. */
export type TripTexts = ReturnType<typeof english>;

export const useTripTexts = lateWords<TripTexts>(english, {
  de: async () => (await import("./de/trips.ts")).trips,
});
