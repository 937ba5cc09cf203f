import type { Journey } from "../data/flights.ts";
import { storage } from "../data/me.ts";
import { isComplete, journeyAddress, readJourney } from "./journey.ts";

const key = "lately";
const most = 3;

/** The last searches of this browser whose days are still ahead, newest first. */
export function latelySearched(today = new Date().toISOString().slice(0, 10)): Journey[] {
  try {
    const kept = JSON.parse(storage()?.getItem(key) ?? "[]") as unknown;
    if (!Array.isArray(kept)) return [];
    return kept
      .filter((each) => typeof each === "string")
      .map(readJourney)
      .filter((journey) => isComplete(journey) && journey.departureDate >= today);
  } catch {
    return [];
  }
}

export function keepSearch(journey: Journey): void {
  const address = journeyAddress("", journey);
  const others = latelySearched()
    .map((each) => journeyAddress("", each))
    .filter((each) => each !== address);
  try {
    storage()?.setItem(key, JSON.stringify([address, ...others].slice(0, most)));
  } catch {
    // Only a convenience.
  }
}
