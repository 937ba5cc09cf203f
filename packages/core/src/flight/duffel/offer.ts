import * as v from "valibot";
import type { Airport } from "../../airport.ts";
import * as Money from "../../base/money.ts";
import { instantOf } from "../../base/zone.ts";
import { type Criteria, cabins } from "../criteria.ts";
import { type Condition, type Offer, type Segment, type Slice, type Stated, sliceOf } from "../offer.ts";
import * as Wire from "./wire.ts";

/** More than any journey costs, in minor units: above it sums are not exact. */
const maxAmount = 900_000_000_000;

/** Why something is no offer: it cannot be read or has no usable price, or it has expired. */
export type OfferFault = "unreadable" | "expired";

/**
 * Reads an offer of Duffel's at `at`; returns the reason when it is none. Whether it fits the question is decided in
 * chain/question.ts, with what it states of travelers and cabins.
 */
export function toOffer(
  given: unknown,
  criteria: Criteria,
  at: Date,
  airports: Map<string, Airport>,
): Offer | OfferFault {
  const parsed = v.safeParse(Wire.Offer, given);
  if (!parsed.success) return "unreadable";
  const offer = parsed.output;
  if (offer.expires_at <= at.toISOString()) return "expired";
  const total = parseAmount(offer.total_amount, offer.total_currency);
  const travelers = offer.passengers.map(toTraveler);
  const seated = offer.passengers.flatMap(({ id }, index) => (travelers[index]?.type === "infant" ? [] : id));
  const flown = offer.slices.map(({ segments }) => segments.map((segment) => lowestCabin(segment, seated)));
  const slices = offer.slices.flatMap((one, index) => toSlice(one, airports, flown[index]!, criteria.cabin) ?? []);
  if (!total || slices.length < offer.slices.length) return "unreadable";
  const { requires_instant_payment, payment_required_by, price_guarantee_expires_at } = offer.payment_requirements;
  return {
    provider: offer.live_mode ? "duffel" : "duffel_test",
    reference: offer.id,
    simulated: !offer.live_mode,
    total,
    currency: offer.total_currency,
    expiresAt: offer.expires_at,
    conditions: {
      refund: toCondition(offer.conditions?.refund_before_departure ?? null),
      change: toCondition(offer.conditions?.change_before_departure ?? null),
    },
    bags: leastBaggage(offer, seated),
    documentsRequired: offer.passenger_identity_documents_required,
    payment: { instant: requires_instant_payment, payBy: payment_required_by, priceUntil: price_guarantee_expires_at },
    slices,
    stated: {
      travelers,
      cabins: offer.slices.map(({ segments }, slice) =>
        segments.map((segment, index) => ({
          cabin: flown[slice]![index]!,
          minutes: toMinutes(segment.duration) ?? minutesBetween(legOf(segment), legOf(segment), airports) ?? 0,
        })),
      ),
    },
  };
}

/**
 * "120.30" GBP → 12030; undefined for an unknown currency, more decimals than it has, or an amount too large to be
 * exact.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  if (!v.is(Money.Currency, currency)) return undefined;
  const plain = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  const units = Money.toMinor(plain, currency);
  return units !== undefined && units <= maxAmount ? units : undefined;
}

/** As `parseAmount`, of an amount that may be negative. */
export function parseSigned(text: string, currency: string): number | undefined {
  const units = parseAmount(text.replace(/^-/, ""), currency);
  return units === undefined || !text.startsWith("-") ? units : -units;
}

/** An infant on a lap pays for no seat. */
function toTraveler({ type, age }: Wire.Offer["passengers"][number]): Stated["travelers"][number] {
  if (type === "infant_without_seat" || (age !== null && age < 2)) return { type: "infant", age };
  return { type: type === "child" || (age !== null && age < 18) ? "child" : "adult", age };
}

/** The lowest cabin of the travelers with a seat; null where it is told for none of them, or by an unknown name. */
function lowestCabin({ passengers }: Wire.Segment, seated: string[]): Criteria["cabin"] | null {
  const ranks = passengers
    .filter(({ passenger_id }) => seated.includes(passenger_id))
    .map(({ cabin_class }) => (cabins as readonly (string | null)[]).indexOf(cabin_class));
  return cabins[Math.min(...ranks.filter((rank) => rank >= 0))] ?? null;
}

/** A penalty that cannot be converted counts as unknown. */
function toCondition(told: Wire.Condition | null): Condition | null {
  if (told === null) return null;
  const { allowed, penalty_amount: text, penalty_currency: currency } = told;
  const total = text === null || currency === null ? undefined : parseAmount(text, currency);
  return { allowed, penalty: total === undefined || currency === null ? null : { total, currency } };
}

/**
 * The least baggage that each of `seated` may take on every segment; null where a segment does not say it for one of
 * them.
 */
function leastBaggage({ slices }: Wire.Offer, seated: string[]): Offer["bags"] {
  const allowances = slices
    .flatMap(({ segments }) => segments)
    .flatMap(({ passengers }) =>
      seated.map((id) => passengers?.find(({ passenger_id }) => passenger_id === id)?.baggages ?? null),
    );
  if (!allowances.every((bags) => bags !== null)) return null;
  const fewest = (kind: string) =>
    Math.min(
      ...allowances.map((bags) => bags.reduce((sum, { type, quantity }) => sum + (type === kind ? quantity : 0), 0)),
    );
  return { carryOn: fewest("carry_on"), checked: fewest("checked") };
}

/** The flights of an order, each with the lowest cabin of those on board; null where one of them cannot be read. */
export function flownSlices(given: Wire.Slice[], airports: Map<string, Airport>): Slice[] | null {
  const slices = given.flatMap((one) => {
    const flown = one.segments.map((segment) => {
      const aboard = (segment.passengers ?? []).map(({ passenger_id }) => passenger_id);
      return lowestCabin(segment, aboard);
    });
    return toSlice(one, airports, flown, null) ?? [];
  });
  return slices.length === given.length && slices.length > 0 ? slices : null;
}

/** Undefined where neither Duffel nor the clocks at both ends give a duration. */
function toSlice(
  { duration, segments }: Wire.Slice,
  airports: Map<string, Airport>,
  flown: (Criteria["cabin"] | null)[],
  asked: Criteria["cabin"] | null,
): Slice | undefined {
  const legs = segments.map((segment, index): Segment => {
    const cabin = flown[index] ?? asked;
    return { ...legOf(segment), ...(cabin === null || cabin === asked ? {} : { cabin }) };
  });
  const [first, last] = [legs[0], legs.at(-1)];
  const minutes = first && last && (toMinutes(duration) ?? minutesBetween(first, last, airports));
  if (!minutes || minutes < 0) return undefined;
  const landings = segments.reduce((sum, { stops }) => sum + stops.length, 0);
  return sliceOf(legs, minutes, landings);
}

function legOf(segment: Wire.Segment): Segment {
  return {
    carrier: segment.marketing_carrier.iata_code,
    operatingCarrier: segment.operating_carrier?.iata_code ?? null,
    flightNumber: segment.marketing_carrier_flight_number.replace(/^0+(?=\d)/, ""),
    origin: segment.origin.iata_code,
    destination: segment.destination.iata_code,
    departingAt: segment.departing_at,
    arrivingAt: segment.arriving_at,
  };
}

/** P1DT2H05M → 1565 minutes. */
function toMinutes(duration: string | null): number | undefined {
  const found = /^P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d+(?:\.\d+)?S)?)?$/.exec(duration ?? "");
  if (!found) return undefined;
  const [days = 0, hours = 0, minutes = 0] = found.slice(1).map((count) => Number(count ?? 0));
  return days * 1440 + hours * 60 + minutes || undefined;
}

/** From the one clock's time to the other's, in minutes. */
function minutesBetween(first: Segment, last: Segment, airports: Map<string, Airport>): number | undefined {
  const [from, to] = [airports.get(first.origin), airports.get(last.destination)];
  if (!from || !to) return undefined;
  return (instantOf(to.timeZone, last.arrivingAt) - instantOf(from.timeZone, first.departingAt)) / 60_000;
}
