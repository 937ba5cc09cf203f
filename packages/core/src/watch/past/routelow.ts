import { dayOf } from "../../fare.ts";
import { Window } from "./window.ts";

/** An ok price that was told on a route: a total (minor units) over so many who pay, and how early (`leadOf`). */
export type RoutePrice = { at: number; price: number; paying: number; lead: number; route: string };

/** A fare, as far as it matters to what is low for its route; `id` where it is known which of several a price was. */
export type Routed = { id?: string; route: string; departureDate: string };

const day = 86_400_000;

/** The fares that are watched, for so many who pay, and what was told on their routes, in order of time. */
export type Sold = { fares: Routed[]; paying: number; prices: RoutePrice[] };

/** So many prices of a route are looked at, the newest: what was low before is not known. */
export const most = 100_000;

/** The spans of days to departure that `lead` tells apart in SQL. */
function leadOf(departureDate: string, today: number): number {
  const days = Date.parse(departureDate) / day - today;
  return [8, 31, 91].filter((from) => days >= from).length;
}

/** What was low for the routes of some fares at one moment after the other: what sweeps ask Postgres each time, by one reading. */
export class RouteLow {
  private readonly windows = new Map<string, Window<RoutePrice>>();
  private readonly since: number;
  private readonly fares: Routed[];
  private readonly party: number;
  private today = Number.NaN;
  private keys: { id: string | undefined; key: string }[] = [];

  constructor({ fares, paying, prices }: Sold) {
    this.fares = fares;
    this.party = paying;
    this.since = prices.length < most ? 0 : prices[0]!.at + 90 * day;
    const alike = new Map<string, RoutePrice[]>();
    for (const price of prices) {
      const key = `${price.route} ${price.lead}`;
      const others = alike.get(key);
      if (others) others.push(price);
      else alike.set(key, [price]);
    }
    const cheaper = (one: RoutePrice, other: RoutePrice) => one.price * other.paying - other.price * one.paying;
    for (const [key, prices] of alike) this.windows.set(key, new Window(prices, 90 * day, cheaper));
  }

  /**
   * floor(p20 × those who pay) for the route of the fare `of`, or null without enough to go by; also where it is not known
   * which of several fares it was, and it is not the same for all. `at` is never before an earlier one.
   */
  at(at: number, of: string | null): number | null {
    const today = dayOf(at);
    if (today !== this.today) {
      this.today = today;
      this.keys = this.fares.map(({ id, route, departureDate }) => ({
        id,
        key: `${route} ${leadOf(departureDate, today)}`,
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
