import type { Journey } from "../data/flights.ts";
import { storage } from "../data/storage.ts";
import { isComplete, journeyAddress, readJourney } from "./journey.ts";

const key = "lately";
const most = 3;

/** A search of this browser; `route` names its places, once an answer has named them. */
type Kept = { address: string; route?: string | undefined };

/** The last searches of this browser whose days are still ahead, newest first. */
export function latelySearched(today = new Date().toISOString().slice(0, 10)): { journey: Journey; route: string }[] {
  return kept().flatMap(({ address, route }) => {
    const journey = readJourney(address);
    if (!isComplete(journey) || journey.departureDate < today) return [];
    return [{ journey, route: route ?? `${journey.origin} – ${journey.destination}` }];
  });
}

function kept(): Kept[] {
  try {
    const found = JSON.parse(storage()?.getItem(key) ?? "[]") as unknown;
    if (!Array.isArray(found)) return [];
    return found.flatMap((each) => {
      const { address, route } = typeof each === "string" ? { address: each, route: undefined } : Object(each);
      return typeof address === "string" ? [{ address, route: typeof route === "string" ? route : undefined }] : [];
    });
  } catch {
    return [];
  }
}

export function keepSearch(journey: Journey, route?: string): void {
  const address = journeyAddress("", journey);
  const before = kept();
  const known = route ?? before.find((each) => each.address === address)?.route;
  const all = [{ address, route: known }, ...before.filter((each) => each.address !== address)];
  try {
    storage()?.setItem(key, JSON.stringify(all.slice(0, most)));
  } catch {
    // Only a convenience.
  }
}
