import * as v from "valibot";
import * as Airport from "../airport.ts";
import * as Money from "../base/money.ts";
import { instantOf } from "../base/zone.ts";
import { failed } from "./failure.ts";
import { Info, type Offer, path, shown } from "./offer.ts";
import { identify, recognise, type Told } from "./offerid.ts";
import type { FareProvider } from "./provider.ts";

/**
 * What became of an offer: the same, at another price than `previousTotal`, which is what the caller says it was shown,
 * or gone, with nothing in its place.
 */
export const Confirmed = v.object({
  offer: v.nullable(Info),
  change: v.picklist(["same", "changed", "gone"]),
  previousTotal: v.optional(Money.Info),
});
export type Confirmed = v.InferOutput<typeof Confirmed>;

/** As long as a search may take (ms). */
const patience = 25_000;

/**
 * Asks whoever sold an offer, by its id, what it is at `at`. One that has expired there is searched anew and found by
 * its very flights on their days; what has departed, or is flown otherwise by now, is gone.
 * @throws Problem `offer.missing`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export async function confirm(provider: FareProvider, id: string, at: Date): Promise<Confirmed> {
  const told = recognise(id);
  const gone = { offer: null, change: "gone" } as const;
  const airport = await Airport.find(told.flights.slice(0, 3));
  const over = (local: string) => instantOf(airport?.timeZone ?? "UTC", local) <= at.getTime();
  if (over(`${told.criteria.departureDate}T24:00`)) return gone;
  const offer = await now(provider, told, at);
  if (!offer || over(offer.slices[0]?.departingAt ?? "")) return gone;
  const { criteria, total } = told;
  const info = shown(offer, identify(criteria, offer));
  if (offer.total === total) return { offer: info, change: "same" };
  return { offer: info, change: "changed", previousTotal: Money.toInfo(total, criteria.currency) };
}

/** The offer as it is sold now; undefined when it is not. */
async function now(provider: FareProvider, told: Told, at: Date): Promise<Offer | undefined> {
  const { criteria, named } = told;
  const signal = AbortSignal.timeout(patience);
  const call = { signal, purpose: "person" } as const;
  const fail = (status: "provider_error" | "rate_limited") => failed(signal.aborted ? "timeout" : status);
  const said = (await provider.confirm?.(criteria, named, at, call)) ?? { status: "expired" };
  if (said.status === "gone") return undefined;
  if (said.status === "ok") {
    if (said.offer.currency !== criteria.currency) throw fail("provider_error");
    return flies(said.offer, told) ? said.offer : undefined;
  }
  if (said.status !== "expired") throw fail(said.status);
  const { status, offers } = await provider.search(criteria, at, call);
  if (status === "provider_error" || status === "rate_limited") throw fail(status);
  const [nearest] = offers
    .filter((offer) => offer.currency === criteria.currency && flies(offer, told))
    .sort((a, b) => Math.abs(a.total - told.total) - Math.abs(b.total - told.total));
  // Of an answer that lacks a part, it may be the part that is lacking.
  if (!nearest && status === "partial") throw fail("provider_error");
  return nearest;
}

/** Whether it is the same flights, on the days that were asked for. */
function flies({ slices }: Offer, { criteria, flights }: Told): boolean {
  const { departureDate, returnDate } = criteria;
  const days = [departureDate, returnDate ?? ""];
  return (
    path(slices) === flights && slices.every(({ departingAt }, index) => departingAt.startsWith(days[index] ?? ""))
  );
}
