import { msPerHour } from "../../base/day.ts";
import { exponent } from "../../base/money.ts";
import type { Criteria } from "../criteria.ts";
import { type Brand, branded } from "./brands.ts";
import { rate } from "./rates.ts";
import type { Itinerary } from "./timetable.ts";

/** One direction of a journey: one adult's cheapest fare in US dollars, and its price for the party (minor units). */
export type Quote = { itinerary: Itinerary; dollars: number; total: number };
export type Journey = { total: number; ways: Quote[] };

/** How many of the cheapest and of the quickest journeys are offered, beside the non-stop and each airline's cheapest. */
const limits = { cheap: 16, quick: 4, nonStop: 20, sellers: 20 };

/** The price of a brand for the party, in minor units. */
export function priceOf({ ways }: Journey, brand: Brand, criteria: Criteria): number {
  return ways.reduce(
    (sum, { itinerary: { route }, dollars }) =>
      sum + forParty(branded(dollars, brand, route.km), route.seller.kind === "low", criteria),
    0,
  );
}

/** Children under 12 pay three quarters of an adult's fare, infants a tenth. Fares are whole units, or end in 99. */
export function forParty(
  dollars: number,
  low: boolean,
  { adults, childAges, infants, currency }: Pick<Criteria, "adults" | "childAges" | "infants" | "currency">,
): number {
  const places = exponent(currency);
  const units = dollars * (rate(currency) ?? 1);
  const unit = 10 ** places;
  const fare =
    low && places === 2 ? Math.ceil(units) * unit - 1 : units < 20 ? Math.ceil(units * unit) : Math.round(units) * unit;
  const young = childAges.filter((age) => age < 12).length;
  const seats = (adults + childAges.length - young) * fare;
  return seats + young * Math.ceil(fare * 0.75) + infants * Math.ceil(fare * 0.1);
}

/**
 * Out and back with the same airline, the return after the arrival; with different airlines only where none flies both.
 */
export function pairs(there: Quote[], back: Quote[]): Journey[] {
  const [out, home] = [bySeller(there), bySeller(back)];
  const loyal = [...out].flatMap(([seller, quotes]) => joinDirections(quotes, home.get(seller) ?? []));
  return loyal.length > 0 ? loyal : joinDirections(there, back);
}

/**
 * Chooses what is offered: the cheapest, each airline's cheapest, each non-stop flight out, and the quickest; cheapest
 * first.
 */
export function choose(journeys: Journey[]): Journey[] {
  const sorted = journeys.sort(cheapest);
  const chosen = new Set(sorted.slice(0, limits.cheap));
  const sellers = new Set<string>();
  const nonStop = new Set<Quote>();
  for (const journey of sorted) {
    const seller = journey.ways[0]?.itinerary.route.seller.code ?? "";
    if (!sellers.has(seller) && sellers.size < limits.sellers) chosen.add(journey);
    sellers.add(seller);
    const [out] = journey.ways;
    if (out && nonStop.size < limits.nonStop && !nonStop.has(out) && isNonStop(journey)) {
      chosen.add(journey);
      nonStop.add(out);
    }
  }
  const rest = sorted.filter((journey) => !chosen.has(journey));
  for (const journey of rest.sort(quickest).slice(0, limits.quick)) chosen.add(journey);
  return [...chosen].sort(cheapest);
}

export const isNonStop = ({ ways }: Journey): boolean => ways.every(({ itinerary }) => itinerary.flights.length === 1);

function bySeller(quotes: Quote[]): Map<string, Quote[]> {
  const sellers = new Map<string, Quote[]>();
  for (const quote of quotes) {
    const { code } = quote.itinerary.route.seller;
    const own = sellers.get(code);
    if (own) own.push(quote);
    else sellers.set(code, [quote]);
  }
  return sellers;
}

/**
 * The cheapest and the quickest of each direction with each other, unless the journey is so short that the first return
 * may leave too early; and each non-stop flight out with the cheapest one home.
 */
function joinDirections(there: Quote[], back: Quote[]): Journey[] {
  const journeys: Journey[] = [];
  const short = new Set(shortlist(there));
  for (const out of there) {
    const nonStop = out.itinerary.flights.length === 1;
    if (!short.has(out) && !nonStop) continue;
    const landed = out.itinerary.flights[out.itinerary.flights.length - 1]?.arrives ?? 0;
    const later = back.filter(({ itinerary }) => itinerary.flights[0].leaves >= landed + msPerHour);
    const homes = short.has(out) ? shortlist(later) : shortlist(later).slice(0, 1);
    for (const home of homes) journeys.push({ total: out.total + home.total, ways: [out, home] });
  }
  return journeys;
}

function shortlist(quotes: Quote[]): Quote[] {
  const cheap = quotes.toSorted((a, b) => a.total - b.total).slice(0, 5);
  let quickest: Quote | undefined;
  for (const quote of quotes) if (!quickest || durationOf(quote) < durationOf(quickest)) quickest = quote;
  return quickest && !cheap.includes(quickest) ? [...cheap, quickest] : cheap;
}

/** The duration of the journey, changes included (ms). */
function durationOf({ itinerary: { flights } }: Quote): number {
  return flights[flights.length - 1]!.arrives - flights[0].leaves;
}

function quickest({ ways: one }: Journey, { ways: other }: Journey): number {
  const whole = (ways: Quote[]) => ways.reduce((sum, way) => sum + durationOf(way), 0);
  return whole(one) - whole(other);
}

function cheapest(a: Journey, b: Journey): number {
  return a.total - b.total || a.ways[0]!.itinerary.flights[0].leaves - b.ways[0]!.itinerary.flights[0].leaves;
}
