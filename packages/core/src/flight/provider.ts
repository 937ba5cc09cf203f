import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";

/** Only an `ok` answer may change a watch. A failure is never a price, and an empty answer is not a failure. */
export type Status = "ok" | "partial" | "no_results" | "provider_error" | "rate_limited";

/** One provider's part in an answer. `skipped`: it was not asked, as it cannot answer or may not be asked. */
export type ProviderStatus = { name: string; status: Status | "skipped" };

/** A provider's own rate limit: it accepts `remaining` more of `limit` calls until `resetsAt` (UTC). */
export type Rate = { limit: number; remaining: number; resetsAt: string };

/** `providers` is set where there are several. */
export type Answer = { providers?: ProviderStatus[]; rate?: Rate } & (
  | { status: "ok" | "partial"; offers: [Offer, ...Offer[]] }
  | { status: "no_results" | "provider_error" | "rate_limited"; offers: [] }
);

/** The state of an offer now: still sold (`ok`), no longer sold, or not known because the provider failed. */
export type Confirmation = { rate?: Rate } & (
  | { status: "ok"; offer: Offer }
  | { status: "expired" | "gone" | "provider_error" | "rate_limited" }
);

/**
 * `person`: a user waits for the answer. `background`: none does, so the call leaves budget and rate for users. The
 * caller waits `withinMs` milliseconds: no provider is asked for longer.
 */
export type Call = { signal?: AbortSignal; purpose?: "person" | "background"; withinMs?: number };

/**
 * A source of fares. `at` is the moment of the question; a live provider answers for the present.
 * Neither verb throws if the provider fails: a failure is an answer. Offers come cheapest first.
 */
export interface FareProvider {
  readonly name: string;
  /** The only currencies that it may be asked in; undefined for a provider that prices in any currency. */
  readonly currencies?: ReadonlySet<string>;
  search(criteria: Criteria, at: Date, call?: Call): Promise<Answer>;
  /** Returns what an offer costs now; undefined for a provider that cannot. */
  confirm?(criteria: Criteria, offer: OfferReference, at: Date, call?: Call): Promise<Confirmation>;
}

/** A provider that can say what its own offers cost now. */
export type ConfirmingProvider = FareProvider & Required<Pick<FareProvider, "confirm">>;

/** What a provider needs to find its own offer again. */
export type OfferReference = Pick<Offer, "provider" | "reference">;
