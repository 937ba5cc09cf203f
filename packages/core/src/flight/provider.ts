import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";
import type { Payer } from "./payer.ts";

/** Only an `ok` answer may change a watch. A failure is never a price, and an empty answer is not a failure. */
export type Status = "ok" | "partial" | "no_results" | "provider_error" | "rate_limited";

/** One provider's part in an answer. `skipped`: it was not asked, as it cannot answer or may not be asked. */
export type ProviderStatus = { name: string; status: Status | "skipped" };

/** A provider's own rate limit: it accepts `remaining` more of `limit` calls until `resetsAt` (UTC). */
export type Rate = { limit: number; remaining: number; resetsAt: string };

/**
 * `providers` is set where there are several. `overShare`: the payer has no calls left today, so none was asked.
 * `unreadable` is the number of offers that could not be read and were left out. `ofQuestion`: a failure of this
 * question alone, which says nothing of the provider, so that its gate does not count it.
 */
export type Answer = {
  providers?: ProviderStatus[];
  rate?: Rate;
  overShare?: true;
  unreadable?: number;
  ofQuestion?: true;
} & (
  | { status: "ok" | "partial"; offers: [Offer, ...Offer[]] }
  | { status: "no_results" | "provider_error" | "rate_limited"; offers: [] }
);

/** The state of an offer now: still sold (`ok`), no longer sold, or not known because the provider failed. */
export type Confirmation = { rate?: Rate; overShare?: true; ofQuestion?: true } & (
  | { status: "ok"; offer: Offer }
  | { status: "expired" | "gone" | "provider_error" | "rate_limited" }
);

/**
 * `purpose` says from which share of a provider's budget and rate a call is taken: `person` for the requests of people,
 * `background` for the checks of watches. `payer` is the account or address that it is counted against. The caller
 * waits `withinMs` milliseconds: no provider is asked for longer. With `once` a call is neither repeated nor hedged,
 * because its caller can do without. One that `confirms` a price before an alert is given does not wait for its turn in
 * the month: the search that it belongs to has done so.
 */
export type Call = {
  signal?: AbortSignal;
  purpose?: "person" | "background";
  payer?: Payer | undefined;
  withinMs?: number;
  once?: boolean;
  confirms?: boolean;
};

/**
 * A source of fares. `at` is the moment of the question; a live provider answers for the present. The chain compares
 * each offer with the question (chain/question.ts), so a provider only reads and counts what it cannot read.
 * Neither verb throws if the provider fails: a failure is an answer. Offers come cheapest first.
 */
export interface FareProvider {
  /** Names the source of the prices: a provider's test mode has a name of its own, which ends in `_test`. */
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
