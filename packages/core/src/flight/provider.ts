import * as v from "valibot";
import type { Criteria } from "./criteria.ts";

/** One leg without a landing between: instants are local to each airport, `YYYY-MM-DDTHH:MM`, as printed on a ticket. */
export const Segment = v.object({
  carrier: v.string(),
  flightNumber: v.string(),
  origin: v.string(),
  destination: v.string(),
  departingAt: v.string(),
  arrivingAt: v.string(),
});
export type Segment = v.InferOutput<typeof Segment>;

/** One direction of a journey. `duration` is ISO 8601 (`PT2H55M`), `stops` the landings on the way. */
export const Slice = v.object({
  origin: v.string(),
  destination: v.string(),
  departingAt: v.string(),
  arrivingAt: v.string(),
  duration: v.string(),
  stops: v.number(),
  segments: v.array(Segment),
});
export type Slice = v.InferOutput<typeof Slice>;

/** An itinerary at a price for the whole party, in minor units of `currency`, good until `expiresAt` (UTC). */
export type Offer = {
  id: string;
  provider: string;
  /** Made up by the simulator: nobody flies it. */
  simulated: boolean;
  total: number;
  currency: string;
  expiresAt: string;
  slices: Slice[];
};

/** Only `ok` may ever move a watch; a failure is never a price, an empty answer is not a failure. */
export type Answer =
  | { status: "ok" | "partial"; offers: [Offer, ...Offer[]] }
  | { status: "no_results" | "provider_error" | "rate_limited"; offers: [] };

/** What became of an offer since it was found: its total now, that it is gone, or that nobody could say. */
export type Confirmation = { status: "ok"; total: number } | { status: "gone" } | { status: "provider_error" };

/**
 * Whoever sells or tells fares. `at` is the moment that is asked about; a live provider answers for now.
 * Neither verb throws for what a provider does: failures are answers. Offers come cheapest first.
 */
export interface FareProvider {
  readonly name: string;
  search(criteria: Criteria, at: Date, signal?: AbortSignal): Promise<Answer>;
  /** Left out by a provider that cannot say what an offer costs now. */
  confirm?(criteria: Criteria, offer: Offer, at: Date, signal?: AbortSignal): Promise<Confirmation>;
}
