import * as v from "valibot";
import * as Airport from "../airport.ts";
import * as Money from "../base/money.ts";
import { instantOf } from "../base/zone.ts";
import { shareAnswer } from "./confirmation.ts";
import { OverShare, toProblem } from "./failure.ts";
import type { Caller } from "./lookup.ts";
import { names, namesOfOffers } from "./names.ts";
import { Info, type Offer, path, termsOf, toInfo } from "./offer.ts";
import { type DecodedOffer, parseOfferId, toOfferId } from "./offerid.ts";
import type { Payer } from "./payer.ts";
import type { Answer, FareProvider } from "./provider.ts";

/**
 * The state of an offer: the same; changed, at another price than `previousTotal`, which is the total in the id that
 * the caller sent; or gone, without a replacement.
 */
export const Confirmed = v.object({
  offer: v.nullable(Info),
  change: v.picklist(["same", "changed", "gone"]),
  previousTotal: v.optional(Money.Info),
  ...names,
});
export type Confirmed = v.InferOutput<typeof Confirmed>;
type State = Omit<Confirmed, keyof typeof names>;

/** The time that a search may take (ms). */
const timeoutMs = 25_000;

/**
 * Asks an offer's provider for its state at `at`, by its id. If it has expired there, searches again for the same
 * flights on the same days, on the same terms where these are sold. An offer is gone if it has departed or its flights
 * have changed. The answer holds for half a minute; of several requests in that time one asks the provider.
 * @throws Problem `offer.missing`, and if the provider fails `flight.provider`, `flight.busy` or `flight.timeout`, or
 * `limit.searches` if the caller has no provider calls left today
 */
export async function confirm(provider: FareProvider, id: string, at: Date, caller: Caller = {}): Promise<Confirmed> {
  const decoded = parseOfferId(id);
  const state = await shareAnswer(id, at, timeoutMs, () => ask(provider, decoded, at, caller), caller.askRedis);
  const { origin, destination } = decoded.criteria;
  return { ...state, ...(await namesOfOffers(state.offer ? [state.offer] : [], [origin, destination])) };
}

async function ask(provider: FareProvider, decoded: DecodedOffer, at: Date, caller: Caller): Promise<State> {
  const gone = { offer: null, change: "gone" } as const;
  const airport = Airport.find(decoded.flights.slice(0, 3));
  const hasPassed = (local: string) => instantOf(airport?.timeZone ?? "UTC", local) <= at.getTime();
  if (hasPassed(`${decoded.criteria.departureDate}T24:00`)) return gone;
  const offer = await currentOffer(provider, decoded, at, await caller.payer?.());
  if (!offer || hasPassed(offer.slices[0]?.departingAt ?? "")) return gone;
  const { criteria, total } = decoded;
  const info = toInfo(offer, toOfferId(criteria, offer));
  if (offer.total === total) return { offer: info, change: "same" };
  return { offer: info, change: "changed", previousTotal: Money.toInfo(total, criteria.currency) };
}

/** Returns the offer as it is sold now; undefined if it is not. */
async function currentOffer(
  provider: FareProvider,
  decoded: DecodedOffer,
  at: Date,
  payer: Payer | undefined,
): Promise<Offer | undefined> {
  const { criteria, reference } = decoded;
  const signal = AbortSignal.timeout(timeoutMs);
  const call = { signal, purpose: "person", withinMs: timeoutMs, payer } as const;
  const problem = (
    status: "provider_error" | "rate_limited",
    { overShare, rate }: Pick<Answer, "overShare" | "rate"> = {},
  ) => (overShare ? new OverShare(rate?.resetsAt, at) : toProblem(signal.aborted ? "timeout" : status));
  const confirmation = (await provider.confirm?.(criteria, reference, at, call)) ?? { status: "expired" };
  if (confirmation.status === "gone") return undefined;
  if (confirmation.status === "ok") {
    if (confirmation.offer.currency !== criteria.currency) throw problem("provider_error");
    return sameFlights(confirmation.offer, decoded) ? confirmation.offer : undefined;
  }
  if (confirmation.status !== "expired") throw problem(confirmation.status, confirmation);
  const answer = await provider.search(criteria, at, call);
  const { status, offers } = answer;
  if (status === "provider_error" || status === "rate_limited") throw problem(status, answer);
  const sold = offers.filter((offer) => offer.currency === criteria.currency && sameFlights(offer, decoded));
  const sameTerms = sold.filter((offer) => termsOf(offer) === decoded.terms);
  const [nearest] = (sameTerms.length > 0 ? sameTerms : sold).sort(
    (a, b) => Math.abs(a.total - decoded.total) - Math.abs(b.total - decoded.total),
  );
  // The offer may be one of those that a partial answer lacks, or that could not be read.
  if (!nearest && (status === "partial" || answer.unreadable)) throw problem("provider_error");
  return nearest;
}

/** Whether an offer has the same flights as the id, on the days that the criteria name. */
function sameFlights({ slices }: Offer, { criteria, flights }: DecodedOffer): boolean {
  const { departureDate, returnDate } = criteria;
  const days = [departureDate, returnDate ?? ""];
  return (
    path(slices) === flights && slices.every(({ departingAt }, index) => departingAt.startsWith(days[index] ?? ""))
  );
}
