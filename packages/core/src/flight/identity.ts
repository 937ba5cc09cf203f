import type { Criteria } from "./criteria.ts";
import { type Offer, path } from "./offer.ts";

/** The API's id of an offer: all that is needed to ask about it again, so that it need not have been stored. */
export function identify(criteria: Criteria, { provider, reference, total, slices }: Offer): string {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    criteria;
  const question = [origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops];
  const told = JSON.stringify([provider, reference, total, currency, path(slices), ...question]);
  return `ofr_${Buffer.from(told).toString("base64url")}`;
}
