import * as Airport from "../airport.ts";
import { addDays, isoDay } from "../base/day.ts";
import { instantOf } from "../base/zone.ts";
import type { Offer } from "./offer.ts";
import type { StoredAnswer } from "./record.ts";

/**
 * A stored answer without the offers whose first flight has left by `at`; without any other it is an empty answer. One
 * for a later day stays the same object: all offers of an answer leave on one day.
 */
export function withoutDeparted(answer: StoredAnswer, at: Date): StoredAnswer {
  const day = answer.offers[0]?.slices[0]?.departingAt.slice(0, 10);
  // No clock is more than a day ahead of UTC.
  if (day === undefined || day > addDays(isoDay(at), 1)) return answer;
  const offers = answer.offers.filter((offer) => !hasDeparted(offer, at));
  if (offers.length === answer.offers.length) return answer;
  return { ...answer, offers, status: offers.length === 0 && answer.status === "ok" ? "no_results" : answer.status };
}

function hasDeparted({ slices: [first] }: Offer, at: Date): boolean {
  if (!first) return false;
  return instantOf(Airport.find(first.origin)?.timeZone ?? "UTC", first.departingAt) <= at.getTime();
}
