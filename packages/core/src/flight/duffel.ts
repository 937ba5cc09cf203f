import * as v from "valibot";
import * as Airport from "../airport.ts";
import type { Criteria } from "./criteria.ts";
import { type OfferFault, toOffer } from "./duffel/offer.ts";
import { type Account, type Reply, rateOfReply, request } from "./duffel/request.ts";
import * as Wire from "./duffel/wire.ts";
import type { Offer } from "./offer.ts";
import type { Answer, Confirmation, ConfirmingProvider } from "./provider.ts";
import { duffelName } from "./source.ts";

export { type Booking, type Orders, orders } from "./duffel/order.ts";
export { duffelSeller } from "./duffel/sell.ts";
export { signed } from "./duffel/webhook.ts";

/**
 * Settings of a Duffel account. `currency` is the one it is billed in: Duffel cannot be asked for another, and where it
 * is not known, the chain leaves out offers in another currency than was asked for. `patience` (ms) is the longest that
 * one call may take with all its tries; 25 s by default.
 */
export type Settings = Account & { currency?: string; patience?: number };

/**
 * How long the airlines may take (ms), so that Duffel's answer arrives within our own limit. Below `usual` an answer
 * that took all of it may lack the airlines that are slower.
 */
const supplierTimeoutMs = { least: 2_000, usual: 20_000, margin: 5_000 };
const minMarginMs = 1_000;
/** How much longer than its caller a call may take (ms), so that it is the caller that ends it. */
const laterMs = 500;
const tries = 3;

/** Real fares from https://duffel.com/docs/api, version v2. Never throws: every failure is an answer. */
export function duffel({ url, token, currency, patience = 25_000 }: Settings): ConfirmingProvider {
  const account = { url, token };
  const name = duffelName(token);
  /** Duffel cannot be asked this: another currency, or a place or a party that it refuses. */
  const unable: Answer = { status: "provider_error", offers: [], providers: [{ name, status: "skipped" }] };

  return {
    name,
    ...(currency === undefined ? {} : { currencies: new Set([currency]) }),

    async search(criteria, at, { signal, purpose, once, withinMs = patience } = {}) {
      if (currency !== undefined && currency !== criteria.currency) return unable;
      if (withinMs < supplierTimeoutMs.least + minMarginMs) return unable;
      const until = performance.now() + Math.min(withinMs, patience);
      let [sentAt, timeoutMs] = [0, 0];
      const reply = await request(account, {
        method: "POST",
        path: () => {
          sentAt = performance.now();
          timeoutMs = supplierTimeout(until - sentAt);
          return `/air/offer_requests?return_offers=true&supplier_timeout=${timeoutMs}`;
        },
        data: toSearch(criteria),
        patience: Math.min(patience, withinMs + laterMs),
        // Every search may cost money, so one that no person waits for is not repeated.
        tries: purpose === "background" || once ? 1 : tries,
        signal,
      });
      const rate = rateOfReply(reply);
      if (reply.status === "refused" && reply.http !== 401 && reply.http !== 403) return { ...rate, ...unable };
      if (reply.status !== "ok") return { ...rate, ...failed(reply), offers: [] };
      const found = v.safeParse(Wire.Found, reply.data);
      if (!found.success) return { ...rate, status: "provider_error", offers: [] };
      const answer = await toAnswer(name, found.output.offers, criteria, at);
      const cutShort = timeoutMs < supplierTimeoutMs.usual && performance.now() - sentAt >= timeoutMs;
      return { ...rate, ...(cutShort && answer.status === "ok" ? { ...answer, status: "partial" } : answer) };
    },

    async confirm(criteria, { reference }, at, { signal, purpose, withinMs = patience } = {}) {
      const foreign = currency !== undefined && currency !== criteria.currency;
      if (foreign || !/^off_\w{1,100}$/.test(reference)) return { status: "gone" };
      const reply = await request(account, {
        method: "GET",
        path: () => `/air/offers/${reference}`,
        patience: Math.min(patience, withinMs + laterMs),
        tries: purpose === "background" ? 1 : tries,
        signal,
      });
      return { ...rateOfReply(reply), ...(await toConfirmation(name, reply, criteria, at)) };
    },
  };
}

/** The margin shrinks to `minMarginMs` where little time is left, and no airline gets longer than usual. */
function supplierTimeout(left: number): number {
  const { least, usual, margin } = supplierTimeoutMs;
  return Math.max(least, Math.min(usual, Math.floor(left - Math.min(margin, Math.max(minMarginMs, left / 4)))));
}

/** Translates criteria to Duffel's search. A passenger under two at the end of the journey travels on a lap. */
function toSearch({ origin, destination, departureDate, returnDate, ...wanted }: Criteria) {
  const { adults, childAges, infants, cabin, maxStops } = wanted;
  const there = { origin, destination, departure_date: departureDate };
  const back = { origin: destination, destination: origin, departure_date: returnDate };
  return {
    slices: returnDate === null ? [there] : [there, back],
    passengers: [
      ...Array.from({ length: adults }, () => ({ type: "adult" })),
      ...childAges.map((age) => ({ age })),
      ...Array.from({ length: infants }, () => ({ age: 1 })),
    ],
    cabin_class: cabin,
    // Duffel's default is 1.
    max_connections: maxStops ?? 2,
  };
}

async function toAnswer(name: string, given: unknown[], criteria: Criteria, at: Date): Promise<Answer> {
  if (given.length === 0) return { status: "no_results", offers: [] };
  const airports = Airport.all();
  const all = given.map((one) => toOffer(one, criteria, at, airports));
  const [first, ...rest] = all.filter((one) => isOf(name, one)).sort(cheapest);
  const unreadable = all.length - (first ? rest.length + 1 : 0);
  const told = unreadable > 0 ? { unreadable } : {};
  return first
    ? { ...told, status: "ok", offers: [first, ...rest] }
    : { ...told, status: "provider_error", offers: [] };
}

/** An account in test mode is told of no real flight, nor the other way round: such an offer counts as unreadable. */
const isOf = (name: string, offer: Offer | OfferFault): offer is Offer =>
  typeof offer === "object" && offer.provider === name;

function cheapest(a: Offer, b: Offer): number {
  const left = (offer: Offer) => offer.slices[0]?.departingAt ?? "";
  return a.total - b.total || left(a).localeCompare(left(b)) || a.reference.localeCompare(b.reference);
}

async function toConfirmation(name: string, reply: Reply, criteria: Criteria, at: Date): Promise<Confirmation> {
  if (reply.status === "refused" && reply.http !== 401 && reply.http !== 403)
    // Duffel no longer knows the offer; the flights may still be sold.
    return { status: reply.code === "offer_no_longer_available" ? "gone" : "expired" };
  if (reply.status !== "ok") return failed(reply);
  const offer = toOffer(reply.data, criteria, at, Airport.all());
  if (isOf(name, offer)) return { status: "ok", offer };
  return { status: offer === "expired" ? "expired" : "provider_error" };
}

function failed({ status }: Exclude<Reply, { status: "ok" }>): { status: "rate_limited" | "provider_error" } {
  return { status: status === "busy" ? "rate_limited" : "provider_error" };
}
