import { msPerHour } from "../../base/day.ts";
import { formatLocal, localMinutes } from "../../base/zone.ts";
import type { Criteria } from "../criteria.ts";
import { type Offer, type Slice, sliceOf } from "../offer.ts";
import { type Brand, brandsOf, terms } from "./brands.ts";
import { sells } from "./carriers.ts";
import { isNonStop, type Journey, priceOf } from "./quotes.ts";
import type { Itinerary } from "./timetable.ts";

/**
 * The offers of journeys, cheapest first: each in its cheapest brand, non-stop ones in the most flexible one too, and
 * each airline's cheapest in all.
 */
export function offersOf(journeys: Journey[], criteria: Criteria, at: Date): Offer[] {
  const offers: Offer[] = [];
  const sellers = new Set<string>();
  for (const journey of journeys) {
    const itineraries = journey.ways.map(({ itinerary }) => itinerary);
    const brands = brandsOf(itineraries, criteria.cabin);
    const seller = itineraries[0]?.route.seller.code ?? "";
    const [first, ...others] = brands;
    const more = !sellers.has(seller) ? others : isNonStop(journey) ? others.slice(-1) : [];
    sellers.add(seller);
    for (const brand of first ? [first, ...more] : []) offers.push(toOffer(journey, brand, criteria, at));
  }
  return offers.sort((a, b) => a.total - b.total);
}

/** The reference of an offer: its itineraries, then its brand. */
export function referenceOf(itineraries: Itinerary[], brand: Brand): string {
  return `${itineraries.map(path).join(" ")} ${brand.id}`;
}

/** LHR-BA117-JFK-AA20-ORD: identifies an itinerary among all of its day. */
export function path({ flights }: Itinerary): string {
  const flown = flights.map(({ leg, number }) => `${leg.from.code}-${leg.carrier.code}${number}`);
  return [...flown, flights.at(-1)?.leg.to.code].join("-");
}

export function toOffer(journey: Journey, brand: Brand, criteria: Criteria, at: Date): Offer {
  const { departureDate, currency } = criteria;
  const soon = Date.parse(departureDate) - at.getTime() < 7 * 24 * msPerHour;
  const expiresAt = new Date(at.getTime() + (soon ? msPerHour / 2 : msPerHour)).toISOString();
  const itineraries = journey.ways.map(({ itinerary }) => itinerary);
  const total = priceOf(journey, brand, criteria);
  return {
    provider: "simulator",
    reference: referenceOf(itineraries, brand),
    simulated: true,
    total,
    currency,
    expiresAt,
    ...terms(itineraries, brand, total, currency),
    payment: soon ? { instant: true, payBy: null, priceUntil: null } : heldFor(at),
    slices: itineraries.map((itinerary) => slice(itinerary, criteria.cabin)),
  };
}

/** Flights that are not near are held for two days, at a price that stands for one. */
const heldFor = (at: Date): Offer["payment"] => ({
  instant: false,
  payBy: new Date(at.getTime() + 48 * msPerHour).toISOString(),
  priceUntil: new Date(at.getTime() + 24 * msPerHour).toISOString(),
});

function slice(itinerary: Itinerary, cabin: Criteria["cabin"]): Slice {
  const known = itinerary.slices.get(cabin) ?? toSlice(itinerary, cabin);
  itinerary.slices.set(cabin, known);
  return known;
}

/** A direction as flown. A flight without the asked cabin, such as the one to the hub, names economy. */
function toSlice({ flights }: Itinerary, cabin: Criteria["cabin"]): Slice {
  const segments = flights.map(({ leg, number, leaves, arrives }) => ({
    carrier: leg.carrier.code,
    operatingCarrier: leg.carrier.code,
    flightNumber: String(number),
    origin: leg.from.code,
    destination: leg.to.code,
    departingAt: formatLocal(localMinutes(leg.from.timeZone, leaves)),
    arrivingAt: formatLocal(localMinutes(leg.to.timeZone, arrives)),
    ...(flights.length === 1 || sells(leg.carrier, cabin, leg.km, leg.from.country === leg.to.country)
      ? {}
      : { cabin: below(cabin, leg.carrier.kind === "full") }),
  }));
  return sliceOf(segments, ((flights.at(-1)?.arrives ?? 0) - flights[0].leaves) / 60_000);
}

/** The cabin of a flight that lacks the asked one: business in place of first, else economy. */
function below(cabin: Criteria["cabin"], full: boolean): Criteria["cabin"] {
  return cabin === "first" && full ? "business" : "economy";
}
