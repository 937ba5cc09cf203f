import * as Airline from "../airline.ts";
import * as Airport from "../airport.ts";
import { msPerHour } from "../base/day.ts";
import { exponent } from "../base/money.ts";
import { formatLocal, localMinutes } from "../base/zone.ts";
import type { Criteria } from "./criteria.ts";
import { type Offer, type Slice, sliceOf } from "./offer.ts";
import type { Answer, Confirmation, ConfirmingProvider } from "./provider.ts";
import { buildNetwork, type RouteNetwork } from "./simulator/network.ts";
import { adult } from "./simulator/price.ts";
import { rate } from "./simulator/rates.ts";
import { terms } from "./simulator/terms.ts";
import { departures, type Itinerary } from "./simulator/timetable.ts";

/** One direction of the journey with its price for the whole party, in minor units. */
type Quote = { itinerary: Itinerary; total: number };
type Journey = { total: number; ways: Quote[] };

/** How many of the cheapest journeys are offered, and how many of the quickest beside them. */
const limits = { cheap: 30, quick: 6 };

let network: Promise<RouteNetwork> | undefined;

/**
 * A simulated market without key or network: the same question at the same moment has the same answer in every process,
 * and nothing is stored. docs/flights.md explains how its prices are made.
 */
export const simulator: ConfirmingProvider = {
  name: "simulator",

  async search(criteria, at) {
    const there = await oneWay(criteria, criteria.origin, criteria.destination, criteria.departureDate, at);
    const journeys = criteria.returnDate
      ? pairs(there, await oneWay(criteria, criteria.destination, criteria.origin, criteria.returnDate, at))
      : there.map((quote) => ({ total: quote.total, ways: [quote] }));
    const cheap = journeys.sort(cheapest).slice(0, limits.cheap);
    const quick = journeys.slice(limits.cheap).sort(quickest).slice(0, limits.quick).sort(cheapest);
    const [first, ...rest] = [...cheap, ...quick];
    if (!first) return { status: "no_results", offers: [] } satisfies Answer;
    return { status: "ok", offers: [offer(first, criteria, at), ...rest.map((one) => offer(one, criteria, at))] };
  },

  async confirm(criteria, { reference }, at) {
    const gone: Confirmation = { status: "gone" };
    const [there, back] = reference.split(" ");
    const out = await oneWay(criteria, criteria.origin, criteria.destination, criteria.departureDate, at);
    const found = out.find(({ itinerary }) => path(itinerary) === there);
    if (!found) return gone;
    if (!criteria.returnDate)
      return { status: "ok", offer: offer({ total: found.total, ways: [found] }, criteria, at) };
    const home = await oneWay(criteria, criteria.destination, criteria.origin, criteria.returnDate, at);
    const last = home.find(({ itinerary }) => path(itinerary) === back);
    if (!last) return gone;
    return { status: "ok", offer: offer({ total: found.total + last.total, ways: [found, last] }, criteria, at) };
  },
};

function loadNetwork(): Promise<RouteNetwork> {
  network ??= Promise.all([Airport.all(), Airline.all()]).then(([airports, airlines]) =>
    buildNetwork(airports, airlines.values()),
  );
  return network;
}

/** Everything that leaves on that day, at least an hour after `at`. */
async function oneWay(
  criteria: Criteria,
  origin: string,
  destination: string,
  date: string,
  at: Date,
): Promise<Quote[]> {
  const { routes } = await loadNetwork();
  const [from, to] = await Promise.all([airportsOf(origin), airportsOf(destination)]);
  if (from.some((airport) => to.includes(airport))) return [];
  const day = Date.parse(date) / (24 * msPerHour);
  const quotes: Quote[] = [];
  for (const start of from) {
    for (const end of to) {
      for (const route of routes(start, end)) {
        if (route.legs.length - 1 > (criteria.maxStops ?? 2)) continue;
        for (const itinerary of departures(route, day)) {
          if (itinerary.flights[0].leaves < at.getTime() + msPerHour) continue;
          const dollars = adult(itinerary, criteria.cabin, at.getTime());
          if (dollars !== undefined) quotes.push({ itinerary, total: forParty(dollars, route.seller.low, criteria) });
        }
      }
    }
  }
  return quotes;
}

/** A city code stands for its airports without the smallest ones, which are used only when they are named. */
async function airportsOf(code: string): Promise<Airport.Airport[]> {
  const airports = await Airport.expand(code);
  return airports.length > 1 ? airports.filter(({ size }) => size >= 4) : airports;
}

/** Children under 12 pay three quarters of an adult's fare, infants a tenth. Fares are whole units, or end in 99. */
function forParty(dollars: number, low: boolean, { adults, childAges, infants, currency }: Criteria): number {
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
function pairs(there: Quote[], back: Quote[]): Journey[] {
  const [out, home] = [bySeller(there), bySeller(back)];
  const loyal = [...out].flatMap(([seller, quotes]) => joinDirections(quotes, home.get(seller) ?? []));
  return loyal.length > 0 ? loyal : joinDirections(there, back);
}

function bySeller(quotes: Quote[]): Map<string, Quote[]> {
  const sellers = new Map<string, Quote[]>();
  for (const quote of quotes) {
    const { code } = quote.itinerary.route.seller;
    sellers.set(code, [...(sellers.get(code) ?? []), quote]);
  }
  return sellers;
}

/**
 * The cheapest and the quickest of each direction are enough, unless the journey is so short that the first return may
 * leave too early.
 */
function joinDirections(there: Quote[], back: Quote[]): Journey[] {
  const journeys: Journey[] = [];
  for (const out of shortlist(there)) {
    const landed = out.itinerary.flights[out.itinerary.flights.length - 1]?.arrives ?? 0;
    const later = back.filter(({ itinerary }) => itinerary.flights[0].leaves >= landed + msPerHour);
    for (const home of shortlist(later)) journeys.push({ total: out.total + home.total, ways: [out, home] });
  }
  return journeys;
}

function shortlist(quotes: Quote[]): Quote[] {
  const [quickest] = quotes.toSorted((a, b) => durationOf(a) - durationOf(b));
  const cheap = quotes.toSorted((a, b) => a.total - b.total).slice(0, 5);
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

function offer({ total, ways }: Journey, criteria: Criteria, at: Date): Offer {
  const { departureDate, currency } = criteria;
  const soon = Date.parse(departureDate) - at.getTime() < 7 * 24 * msPerHour;
  const expiresAt = new Date(at.getTime() + (soon ? msPerHour / 2 : msPerHour)).toISOString();
  return {
    provider: "simulator",
    reference: ways.map(({ itinerary }) => path(itinerary)).join(" "),
    simulated: true,
    total,
    currency,
    expiresAt,
    ...terms(
      ways.map(({ itinerary }) => itinerary),
      total,
      criteria,
    ),
    payment: { instant: soon, payBy: soon ? null : expiresAt, priceUntil: expiresAt },
    slices: ways.map(({ itinerary }) => slice(itinerary)),
  };
}

/** LHR-BA117-JFK-AA20-ORD: identifies an itinerary among all of its day. */
function path({ flights }: Itinerary): string {
  const flown = flights.map(({ leg, number }) => `${leg.from.code}-${leg.carrier.code}${number}`);
  return [...flown, flights.at(-1)?.leg.to.code].join("-");
}

function slice({ flights }: Itinerary): Slice {
  const segments = flights.map(({ leg, number, leaves, arrives }) => ({
    carrier: leg.carrier.code,
    operatingCarrier: leg.carrier.code,
    flightNumber: String(number),
    origin: leg.from.code,
    destination: leg.to.code,
    departingAt: formatLocal(localMinutes(leg.from.timeZone, leaves)),
    arrivingAt: formatLocal(localMinutes(leg.to.timeZone, arrives)),
  }));
  return sliceOf(segments, ((flights.at(-1)?.arrives ?? 0) - flights[0].leaves) / 60_000);
}
