import { dayNumber, msPerDay } from "../../base/day.ts";
import { leadBucketOf } from "../../fare.ts";
import { Window } from "./window.ts";

/**
 * An ok price observed on a route: a total (minor units), the number of paying passengers, and the lead bucket
 * (`leadBucketOf`).
 */
export type RoutePrice = { at: number; price: number; paying: number; lead: number; route: string };

/**
 * The part of a fare that decides what is low on its route; `id` where it is known to which of several fares a price
 * belongs.
 */
export type RouteFare = { id?: string; route: string; departureDate: string };

/** The watched fares, their number of paying passengers, and the prices observed on their routes, in order of time. */
export type RouteRecord = { fares: RouteFare[]; paying: number; prices: RoutePrice[] };

/** The newest prices of a route that are read; the route low before the first of them is unknown. */
export const maxRoutePrices = 100_000;

/**
 * Computes the route lows of some fares at successive moments from one reading of the prices, as sweeps ask Postgres
 * for them each time.
 */
export class RouteLow {
  private readonly windows = new Map<string, Window<RoutePrice>>();
  private readonly since: number;
  private readonly fares: RouteFare[];
  private readonly party: number;
  private today = Number.NaN;
  private keys: { id: string | undefined; key: string }[] = [];

  constructor({ fares, paying, prices }: RouteRecord) {
    this.fares = fares;
    this.party = paying;
    this.since = prices.length < maxRoutePrices ? 0 : prices[0]!.at + 90 * msPerDay;
    const alike = new Map<string, RoutePrice[]>();
    for (const price of prices) {
      const key = `${price.route} ${price.lead}`;
      const others = alike.get(key);
      if (others) others.push(price);
      else alike.set(key, [price]);
    }
    const cheaper = (one: RoutePrice, other: RoutePrice) => one.price * other.paying - other.price * one.paying;
    for (const [key, prices] of alike) this.windows.set(key, new Window(prices, 90 * msPerDay, cheaper));
  }

  /**
   * Returns floor(p20 × paying passengers) for the route of the fare `of`, or null without enough prices; also null
   * where it is not known which of several fares it was and the answer differs between them. `at` never goes back.
   */
  at(at: number, of: string | null): number | null {
    const today = dayNumber(at);
    if (today !== this.today) {
      this.today = today;
      this.keys = this.fares.map(({ id, route, departureDate }) => ({
        id,
        key: `${route} ${leadBucketOf(departureDate, today)}`,
      }));
    }
    const one = this.keys.find(({ id }) => id === of);
    const keys = one ? [one.key] : [...new Set(this.keys.map(({ key }) => key))];
    const lows = new Set(keys.map((key) => this.low(key, at)));
    const [low = null] = lows;
    return lows.size === 1 ? low : null;
  }

  private low(key: string, at: number): number | null {
    const prices = this.windows.get(key);
    prices?.moveTo(at);
    if (!prices || at <= this.since || prices.size < 30 || prices.days < 14) return null;
    const { price, paying } = prices.nth(Math.ceil(prices.size / 5));
    return Math.floor((price * this.party) / paying);
  }
}
