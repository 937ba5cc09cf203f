import * as Airport from "../airport.ts";
import { msPerHour } from "../base/day.ts";
import type { Criteria } from "./criteria.ts";
import type { Offer } from "./offer.ts";
import type { Answer, Confirmation, ConfirmingProvider } from "./provider.ts";
import { brandsOf } from "./simulator/brands.ts";
import { cached } from "./simulator/chance.ts";
import { buildNetwork, type RouteNetwork } from "./simulator/network.ts";
import { offersOf, path, toOffer } from "./simulator/offers.ts";
import { adult } from "./simulator/price.ts";
import { choose, forParty, pairs, type Quote } from "./simulator/quotes.ts";
import { readSchedule } from "./simulator/schedule.ts";
import { failureOf, isSoldOut, storyFactor, storyMoment, storyOf } from "./simulator/stories.ts";
import { departures, type Itinerary } from "./simulator/timetable.ts";

let network: Promise<RouteNetwork> | undefined;

/** The itineraries of a day between two airports, which are the same at any moment: a journey is asked about often. */
const kept = cached<Itinerary[]>(200);

/** Of journeys of several airlines no more are sought after this number. */
const enough = 10;

const ghost = " ghost";

/**
 * A simulated market without key or network: the same question at the same moment has the same answer in every process,
 * and nothing is stored. docs/flights.md explains how its prices are made.
 */
export const simulator: ConfirmingProvider = {
  name: "simulator",

  async search(criteria, at, { signal } = {}) {
    const failed = await failureOf(criteria, signal);
    if (failed) return { status: failed, offers: [], ofQuestion: true };
    const there = await oneWay(criteria, criteria.origin, criteria.destination, criteria.departureDate, at);
    const journeys = criteria.returnDate
      ? pairs(there, await wayHome(criteria, criteria.returnDate, at))
      : there.map((quote) => ({ total: quote.total, ways: [quote] }));
    const [first, ...rest] = withGhost(offersOf(choose(journeys), criteria, at), criteria);
    if (!first) return { status: "no_results", offers: [] } satisfies Answer;
    return { status: "ok", offers: [first, ...rest] };
  },

  async confirm(criteria, { reference }, at, { signal } = {}) {
    const failed = await failureOf(criteria, signal);
    if (failed) return { status: failed, ofQuestion: true };
    const gone: Confirmation = { status: "gone" };
    const words = reference.split(" ");
    const [there, back] = words;
    const out = await oneWay(criteria, criteria.origin, criteria.destination, criteria.departureDate, at);
    const ways = [out.find(({ itinerary }) => path(itinerary) === there)];
    if (criteria.returnDate) {
      const home = await wayHome(criteria, criteria.returnDate, at);
      ways.push(home.find(({ itinerary }) => path(itinerary) === back));
    }
    const found = ways.filter((way) => way !== undefined);
    const itineraries = found.map(({ itinerary }) => itinerary);
    const brand = brandsOf(itineraries, criteria.cabin).find(({ id }) => id === words.at(ways.length));
    if (found.length < ways.length || words.length !== ways.length + 1 || !brand) return gone;
    const journey = { total: found.reduce((sum, { total }) => sum + total, 0), ways: found };
    return { status: "ok", offer: toOffer(journey, brand, criteria, at) };
  },
};

/** Adds an offer that a confirmation does not know, at less than two thirds of the cheapest price, in that story. */
function withGhost(offers: Offer[], { origin, destination }: Criteria): Offer[] {
  const [first] = offers;
  if (!first || storyOf(origin, destination) !== "ghost") return offers;
  return [{ ...first, reference: first.reference + ghost, total: Math.ceil(first.total * 0.6) }, ...offers];
}

function loadNetwork(): Promise<RouteNetwork> {
  network ??= Promise.all([Airport.all(), import("../../data/routes.json")]).then(([airports, { default: data }]) =>
    buildNetwork(airports, readSchedule(data, airports)),
  );
  return network;
}

/** The way home as usual, but at fares that stand still while those of the way out do, by its story. */
function wayHome(criteria: Criteria, date: string, at: Date): Promise<Quote[]> {
  const { origin, destination } = criteria;
  return oneWay(criteria, destination, origin, date, at, storyMoment(storyOf(origin, destination), at.getTime()));
}

/** Everything that leaves on that day, at least an hour after `at`, at the fares of the moment `faresAt` (ms). */
async function oneWay(
  criteria: Criteria,
  origin: string,
  destination: string,
  date: string,
  at: Date,
  faresAt = at.getTime(),
): Promise<Quote[]> {
  const { own, joined } = await loadNetwork();
  const [from, to] = await Promise.all([airportsOf(origin), airportsOf(destination)]);
  if (from.some((airport) => to.includes(airport))) return [];
  const day = Date.parse(date) / (24 * msPerHour);
  const now = at.getTime();
  const quotes: Quote[] = [];
  for (const start of from) {
    for (const end of to) {
      const story = storyOf(start.code, end.code);
      const [factor, moment] = [storyFactor(story, now), storyMoment(story, faresAt)];
      const itineraries = kept(`${start.code}${end.code}${day}`, () => {
        const sold = own(start, end).flatMap((route) => departures(route, day));
        for (const find of sold.length > 0 ? [] : joined) {
          for (const route of find(start, end)) {
            sold.push(...departures(route, day));
            if (sold.length > enough) break;
          }
          if (sold.length > 0) break;
        }
        return sold;
      });
      for (const itinerary of itineraries) {
        const { flights, route } = itinerary;
        if (flights.length - 1 > (criteria.maxStops ?? 2)) continue;
        if (flights[0].leaves < now + msPerHour || isSoldOut(story, itinerary, now)) continue;
        const fare = adult(itinerary, criteria.cabin, moment);
        if (fare === undefined) continue;
        const dollars = fare * factor;
        quotes.push({ itinerary, dollars, total: forParty(dollars, route.seller.kind === "low", criteria) });
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
