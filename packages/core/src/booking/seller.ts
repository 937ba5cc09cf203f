import * as Flight from "../flight.ts";
import type { Work } from "./work.ts";

/** What marks our orders at a seller, beside the booking's id: an account there may sell for other programs too. */
export const mark = { by: "travel-conductor" };

/**
 * The seller of a booking's offer; undefined where it is not the configured one any more, so that nothing can be asked.
 */
export async function sellerOf({ offer }: Pick<Work, "offer">): Promise<Flight.Seller | undefined> {
  if (!Flight.hasProvider) return undefined;
  const seller = await Flight.seller();
  return seller.name === offer.kept.provider ? seller : undefined;
}
