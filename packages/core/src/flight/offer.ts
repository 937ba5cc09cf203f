import { createHash } from "node:crypto";
import * as v from "valibot";
import * as Money from "../base/money.ts";
import { isoDuration } from "../base/zone.ts";
import { cabins } from "./criteria.ts";

/**
 * One flight without a landing in between. Times are local to each airport, `YYYY-MM-DDTHH:MM`, as printed on a ticket.
 */
export const Segment = v.object({
  carrier: v.string(),
  /** The airline that operates the aeroplane, if another one sells the seat. */
  operatingCarrier: v.nullable(v.string()),
  flightNumber: v.string(),
  origin: v.string(),
  destination: v.string(),
  departingAt: v.string(),
  arrivingAt: v.string(),
  /** The lowest cabin of the party on this flight. Set only where it is not the one that was asked for. */
  cabin: v.optional(v.picklist(cabins)),
});
export type Segment = v.InferOutput<typeof Segment>;

/** One direction of a journey. `duration` is ISO 8601 (`PT2H55M`), `stops` is the number of landings on the way. */
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

/**
 * Makes a slice of at least one segment. `minutes` is the time from the first take-off to the last landing, `landings`
 * the number of landings within segments.
 */
export function sliceOf(segments: Segment[], minutes: number, landings = 0): Slice {
  const [first, last] = [segments[0]!, segments.at(-1)!];
  return {
    origin: first.origin,
    destination: last.destination,
    departingAt: first.departingAt,
    arrivingAt: last.arrivingAt,
    duration: isoDuration(minutes),
    stops: segments.length - 1 + landings,
    segments,
  };
}

/** Whether a ticket may be refunded or changed before departure, and the penalty; null if that is not known. */
export type Condition = { allowed: boolean; penalty: { total: number; currency: string } | null };

/**
 * What a provider states of an offer for the comparison with the question alone: it is neither stored nor shown.
 * `age` is in years, null where it is not told. `cabins` has for each segment of each slice the lowest cabin of a
 * traveler with a seat, null where it is not told, and the minutes in the air.
 */
export type Stated = {
  travelers: { type: "adult" | "child" | "infant"; age: number | null }[];
  cabins: { cabin: (typeof cabins)[number] | null; minutes: number }[][];
};

/** An itinerary with its total for the whole party, in minor units of `currency`. It expires at `expiresAt` (UTC). */
export type Offer = {
  provider: string;
  /** The provider's own id of the offer, by which it is confirmed and booked. */
  reference: string;
  /** Made up: no such flight is flown. */
  simulated: boolean;
  total: number;
  currency: string;
  expiresAt: string;
  /** Null where the provider does not say. */
  conditions: { refund: Condition | null; change: Condition | null };
  /** The bags that each paying traveler may take on every segment; null where the provider does not say. */
  bags: { carryOn: number; checked: number } | null;
  /** Whether a booking must give passports. */
  documentsRequired: boolean;
  /**
   * Paid at once, or held until `payBy` at a price that is guaranteed until `priceUntil` (UTC; null without a limit).
   */
  payment: { instant: boolean; payBy: string | null; priceUntil: string | null };
  slices: Slice[];
  stated?: Stated;
};

/** The terms of an offer from a source that knows fares only. */
export const unknownTerms: Pick<Offer, "conditions" | "bags" | "documentsRequired" | "payment"> = {
  conditions: { refund: null, change: null },
  bags: null,
  documentsRequired: false,
  payment: { instant: true, payBy: null, priceUntil: null },
};

const instant = v.pipe(v.string(), v.isoTimestamp());
const ConditionInfo = v.nullable(v.object({ allowed: v.boolean(), penalty: v.nullable(Money.Info) }));

/** An offer as the API shows it. `simulated`: no such flight is flown. */
export const Info = v.object({
  id: v.string(),
  total: Money.Info,
  provider: v.string(),
  simulated: v.boolean(),
  expiresAt: instant,
  conditions: v.object({ refund: ConditionInfo, change: ConditionInfo }),
  bags: v.nullable(v.object({ carryOn: v.number(), checked: v.number() })),
  documentsRequired: v.boolean(),
  payment: v.object({ instant: v.boolean(), payBy: v.nullable(instant), priceUntil: v.nullable(instant) }),
  slices: v.array(Slice),
});
export type Info = v.InferOutput<typeof Info>;

/** An offer as it was kept: what a provider said of it, without what only its comparison with the question needs. */
export type KeptOffer = Omit<Offer, "stated">;

/** A kept offer as the API shows it: it has no id, because it may be sold no more. */
export const KeptInfo = v.omit(Info, ["id"]);
export type KeptInfo = v.InferOutput<typeof KeptInfo>;

export function keptInfo(offer: KeptOffer): KeptInfo {
  const { id: _, ...info } = toInfo(offer, "");
  return info;
}

/** The stops of the direction that has more of them; 2 stands for 2 or more. */
export function stopsOf({ slices }: Pick<Offer, "slices">): number {
  return Math.min(2, Math.max(0, ...slices.map(({ stops }) => stops)));
}

/** LHR-BA117-JFK-AA20-ORD, for each direction. Together with its days this identifies an itinerary. */
export function path(slices: Slice[]): string {
  return slices
    .map(({ segments, destination }) =>
      [...segments.map(({ origin, carrier, flightNumber }) => `${origin}-${carrier}${flightNumber}`), destination].join(
        "-",
      ),
    )
    .join(" ");
}

/**
 * What an offer allows beside its flights, as 8 letters: whether it is refunded and changed, its bags, and cabins other
 * than the one asked for. Penalties are left out: they follow the price.
 */
export function termsOf({ conditions: { refund, change }, bags, slices }: Omit<Offer, "stated">): string {
  const cabinsFlown = slices.map(({ segments }) => segments.map(({ cabin }) => cabin ?? null));
  const terms = [refund?.allowed ?? null, change?.allowed ?? null, bags?.carryOn, bags?.checked, cabinsFlown];
  return createHash("sha256").update(JSON.stringify(terms)).digest("base64url").slice(0, 8);
}

export function toInfo(offer: Offer, id: string): Info {
  const { reference: _, stated: __, total, currency, conditions, ...rest } = offer;
  return {
    ...rest,
    id,
    total: Money.toInfo(total, currency),
    conditions: { refund: conditionInfo(conditions.refund), change: conditionInfo(conditions.change) },
  };
}

function conditionInfo(condition: Condition | null): Info["conditions"]["refund"] {
  if (condition === null) return null;
  const { allowed, penalty } = condition;
  return { allowed, penalty: penalty && Money.toInfo(penalty.total, penalty.currency) };
}
