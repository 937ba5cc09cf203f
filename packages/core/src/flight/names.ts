import * as v from "valibot";
import * as Airline from "../airline.ts";
import * as Airport from "../airport.ts";
import type { Offer } from "./offer.ts";

/** What the codes of places and airlines in an answer are called, so that they need no look-up. */
export const names = {
  places: v.pipe(
    v.record(v.string(), Airport.Place),
    v.description("the airports and cities of this answer, by code; one that we do not know is left out"),
  ),
  carriers: v.pipe(
    v.record(v.string(), v.string()),
    v.description("the names of the airlines of this answer, by code; one that we do not know is left out"),
  ),
};
export type Names = { places: Record<string, Airport.Place>; carriers: Record<string, string> };

/** Names the codes of places and of airlines. Reads data of this process only. */
export async function namesOf(places: Iterable<string>, airlines: Iterable<string>): Promise<Names> {
  const [named, carriers] = await Promise.all([Airport.places(places), Airline.names(airlines)]);
  return { places: named, carriers };
}

/** Names the codes of offers, of `asked`, the places that were asked for, and of other `carriers`. */
export function namesOfOffers(
  offers: Pick<Offer, "slices">[],
  asked: string[],
  carriers: string[] = [],
): Promise<Names> {
  const places = new Set(asked);
  const airlines = new Set(carriers);
  for (const { slices } of offers) {
    for (const { segments } of slices) {
      for (const { origin, destination, carrier, operatingCarrier } of segments) {
        places.add(origin).add(destination);
        airlines.add(carrier);
        if (operatingCarrier !== null) airlines.add(operatingCarrier);
      }
    }
  }
  return namesOf(places, airlines);
}
