import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";

/** Only `ok` may ever move a watch; a failure is never a price, an empty answer is not a failure. */
export type Status = "ok" | "partial" | "no_results" | "provider_error" | "rate_limited";

/** What one of several providers said; `skipped` was not asked, as it cannot answer or may not be asked. */
export type ProviderStatus = { name: string; status: Status | "skipped" };

/** What a provider says of how often it may still be asked: so many times until `resetsAt` (UTC). */
export type Rate = { limit: number; remaining: number; resetsAt: string };

/** `providers` where several were to be asked. */
export type Answer = { providers?: ProviderStatus[]; rate?: Rate } & (
  | { status: "ok" | "partial"; offers: [Offer, ...Offer[]] }
  | { status: "no_results" | "provider_error" | "rate_limited"; offers: [] }
);

/** What became of an offer since it was found: what it is now, that nobody sells it any more, or that nobody could say. */
export type Confirmation = { rate?: Rate } & (
  | { status: "ok"; offer: Offer }
  | { status: "expired" | "gone" | "provider_error" | "rate_limited" }
);

/** A `person` waits for the answer, or nobody does: then the money and the rate that people need are left alone. */
export type Call = { signal?: AbortSignal; purpose?: "person" | "background" };

/**
 * Whoever sells or tells fares. `at` is the moment that is asked about; a live provider answers for now.
 * Neither verb throws for what a provider does: failures are answers. Offers come cheapest first.
 */
export interface FareProvider {
  readonly name: string;
  /** The currencies it tells prices in; left out by one that tells them in any. It is not to be asked in another. */
  readonly currencies?: ReadonlySet<string>;
  search(criteria: Criteria, at: Date, call?: Call): Promise<Answer>;
  /** Left out by a provider that cannot say what an offer costs now. */
  confirm?(criteria: Criteria, offer: OfferReference, at: Date, call?: Call): Promise<Confirmation>;
}

/** One that can also say what an offer of its own costs now. */
export type ConfirmingProvider = FareProvider & Required<Pick<FareProvider, "confirm">>;

/** An offer, as far as its provider must know which. */
export type OfferReference = Pick<Offer, "provider" | "reference">;
