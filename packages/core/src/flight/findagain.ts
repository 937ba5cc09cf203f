import type { Criteria } from "./criteria.ts";
import { OverShare, toProblem } from "./failure.ts";
import type { Caller } from "./lookup.ts";
import { type Info, type KeptOffer, path, termsOf, toInfo } from "./offer.ts";
import { type DecodedOffer, parseOfferId, toOfferId } from "./offerid.ts";
import type { FareProvider } from "./provider.ts";

/** Who travels: the ages of children at the end of the journey, and infants that sit on a lap. */
export type Party = Pick<Criteria, "adults" | "childAges" | "infants">;

/**
 * An offer that was found anew for a party of its own: `offer` has the same flights, cabin and terms as the one that was
 * asked for, and `id` is its id. Without it there are the offers nearest to it.
 */
export type FoundAgain = { criteria: Criteria; previousTotal: number } & (
  | { offer: KeptOffer; id: string }
  | { offer: null; similar: Info[] }
);

/** The time that the search may take (ms). */
const timeoutMs = 25_000;
const mostSimilar = 3;

/**
 * Searches anew, and not from what is stored, for the offer with this id: stored answers are shared, and a seller lets
 * the offers of one answer be ordered once. `partyOf` says who travels, by the criteria of the offer.
 * @throws Problem `offer.missing`, and if the provider fails `flight.provider`, `flight.busy` or `flight.timeout`, or
 * `limit.searches` if the caller has no provider calls left today
 */
export async function findAgain(
  provider: FareProvider,
  id: string,
  partyOf: (criteria: Criteria) => Party,
  at: Date,
  caller: Caller = {},
): Promise<FoundAgain> {
  const decoded = parseOfferId(id);
  const criteria = { ...decoded.criteria, ...partyOf(decoded.criteria) };
  const signal = AbortSignal.timeout(timeoutMs);
  const payer = await caller.payer?.();
  const answer = await provider.search(criteria, at, { signal, purpose: "person", withinMs: timeoutMs, payer });
  const { status, offers, overShare, rate } = answer;
  if (status === "provider_error" || status === "rate_limited")
    throw overShare ? new OverShare(rate?.resetsAt, at) : toProblem(signal.aborted ? "timeout" : status);
  const sold = offers.filter(
    ({ currency, provider }) => currency === criteria.currency && provider === decoded.reference.provider,
  );
  const found = { criteria, previousTotal: decoded.total };
  const wanted = nearest(
    sold.filter((offer) => isSame(offer, decoded)),
    decoded,
  );
  if (wanted) return { ...found, offer: wanted, id: toOfferId(criteria, wanted) };
  // The offer may be one of those that a partial answer lacks, or that could not be read.
  if (status === "partial" || answer.unreadable) throw toProblem("provider_error");
  const similar = sold.slice(0, mostSimilar).map((offer) => toInfo(offer, toOfferId(criteria, offer)));
  return { ...found, offer: null, similar };
}

/** Whether an offer has the flights, on their days, and the terms of the id. */
function isSame(offer: KeptOffer, { criteria: { departureDate, returnDate }, flights, terms }: DecodedOffer): boolean {
  const days = [departureDate, returnDate ?? ""];
  return (
    path(offer.slices) === flights &&
    (terms === undefined || termsOf(offer) === terms) &&
    offer.slices.every(({ departingAt }, index) => departingAt.startsWith(days[index] ?? ""))
  );
}

/** Several brands may have the same terms: the one with the id's own reference, else the nearest in price. */
function nearest(offers: KeptOffer[], { reference, total }: DecodedOffer): KeptOffer | undefined {
  const same = offers.find((offer) => offer.reference === reference.reference);
  return same ?? [...offers].sort((a, b) => Math.abs(a.total - total) - Math.abs(b.total - total))[0];
}
