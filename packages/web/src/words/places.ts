import { places as english } from "./en/places.ts";
import { lateWords } from "./late.ts";

/** The texts of the pages about places. */
export type PlaceTexts = ReturnType<typeof english>;

export const usePlaceTexts = lateWords<PlaceTexts>(english, {
  de: async () => (await import("./de/places.ts")).places,
});
