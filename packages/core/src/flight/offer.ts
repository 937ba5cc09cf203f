import * as v from "valibot";
import * as Money from "../base/money.ts";
import { isoDuration } from "../base/zone.ts";

/** One leg without a landing between: instants are local to each airport, `YYYY-MM-DDTHH:MM`, as printed on a ticket. */
export const Segment = v.object({
  carrier: v.string(),
  /** Whose aeroplane it is, where somebody else sells the seat. */
  operatingCarrier: v.nullable(v.string()),
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

/** Flights one after the other, of which there is one at least, and so many minutes from the first take-off to the last landing. */
export function sliceOf(segments: Segment[], minutes: number): Slice {
  const [first, last] = [segments[0]!, segments.at(-1)!];
  return {
    origin: first.origin,
    destination: last.destination,
    departingAt: first.departingAt,
    arrivingAt: last.arrivingAt,
    duration: isoDuration(minutes),
    stops: segments.length - 1,
    segments,
  };
}

/** Whether a ticket may be given back or changed before departure, and what that costs; a null penalty is not known. */
export type Condition = { allowed: boolean; penalty: { total: number; currency: string } | null };

/** An itinerary at a price for the whole party, in minor units of `currency`, good until `expiresAt` (UTC). */
export type Offer = {
  provider: string;
  /** The provider's own name for it, by which it is confirmed and booked. */
  reference: string;
  /** Made up by the simulator: nobody flies it. */
  simulated: boolean;
  total: number;
  currency: string;
  expiresAt: string;
  /** Null where the provider does not say. */
  conditions: { refund: Condition | null; change: Condition | null };
  /** What each paying traveller may take on every segment; null where the provider does not say. */
  bags: { carryOn: number; checked: number } | null;
  /** Whether passports must be given when it is booked. */
  documentsRequired: boolean;
  /** Paid at once, or held until `payBy` at a price that stands until `priceUntil` (UTC, null where there is no such limit). */
  payment: { instant: boolean; payBy: string | null; priceUntil: string | null };
  slices: Slice[];
};

/** What a source of bare fares does not know of an offer. */
export const unknownTerms: Pick<Offer, "conditions" | "bags" | "documentsRequired" | "payment"> = {
  conditions: { refund: null, change: null },
  bags: null,
  documentsRequired: false,
  payment: { instant: true, payBy: null, priceUntil: null },
};

const instant = v.pipe(v.string(), v.isoTimestamp());
const Told = v.nullable(v.object({ allowed: v.boolean(), penalty: v.nullable(Money.Info) }));

/** An offer as the API tells it; `simulated` when nobody flies it. */
export const Info = v.object({
  id: v.string(),
  total: Money.Info,
  provider: v.string(),
  simulated: v.boolean(),
  expiresAt: instant,
  conditions: v.object({ refund: Told, change: Told }),
  bags: v.nullable(v.object({ carryOn: v.number(), checked: v.number() })),
  documentsRequired: v.boolean(),
  payment: v.object({ instant: v.boolean(), payBy: v.nullable(instant), priceUntil: v.nullable(instant) }),
  slices: v.array(Slice),
});
export type Info = v.InferOutput<typeof Info>;

/** LHR-BA117-JFK-AA20-ORD, for each direction: with its days, what tells an itinerary from all others. */
export function path(slices: Slice[]): string {
  return slices
    .map(({ segments, destination }) =>
      [...segments.map(({ origin, carrier, flightNumber }) => `${origin}-${carrier}${flightNumber}`), destination].join(
        "-",
      ),
    )
    .join(" ");
}

export function shown(offer: Offer, id: string): Info {
  const { reference: _, total, currency, conditions, ...rest } = offer;
  return {
    ...rest,
    id,
    total: Money.toInfo(total, currency),
    conditions: { refund: told(conditions.refund), change: told(conditions.change) },
  };
}

function told(condition: Condition | null): Info["conditions"]["refund"] {
  if (condition === null) return null;
  const { allowed, penalty } = condition;
  return { allowed, penalty: penalty && Money.toInfo(penalty.total, penalty.currency) };
}
