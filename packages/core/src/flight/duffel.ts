import * as v from "valibot";
import * as Airport from "../airport.ts";
import type { Criteria } from "./criteria.ts";
import { read } from "./duffel/offer.ts";
import { type Account, type Reply, rated, request } from "./duffel/request.ts";
import * as Wire from "./duffel/wire.ts";
import type { Offer } from "./offer.ts";
import type { Answer, Confirmation, Seller } from "./provider.ts";

export { type Booking, type Made, type Order, type Orders, type Outcome, orders, type Refund } from "./duffel/order.ts";
export { signed } from "./duffel/webhook.ts";

/**
 * Duffel as its account sees it. `currency` is what the account is billed in: there is no asking for another, and
 * where it is not known, offers in another than was asked for are passed over as they come. `patience` (ms) is as
 * long as one call may take, all tries together; 25 s unless told.
 */
export type Settings = Account & { currency?: string; patience?: number };

/** What the airlines may take (ms), so that what they said by then is here within our own limit. */
const suppliers = { least: 2_000, most: 60_000, margin: 5_000 };
const tries = 3;

/** Real fares by https://duffel.com/docs/api, version v2. It never throws: every failure is an answer. */
export function duffel({ url, token, currency, patience = 25_000 }: Settings): Seller {
  const account = { url, token };

  return {
    name: "duffel",
    ...(currency === undefined ? {} : { currencies: new Set([currency]) }),

    async search(criteria, at, { signal, purpose } = {}) {
      if (currency !== undefined && currency !== criteria.currency) return unspoken();
      const reply = await request(account, {
        method: "POST",
        path: (left) => `/air/offer_requests?return_offers=true&supplier_timeout=${timeout(left)}`,
        data: asked(criteria),
        patience,
        // Every search may cost money, so where nobody waits a refused one is not repeated.
        tries: purpose === "background" ? 1 : tries,
        signal,
      });
      const rate = rated(reply);
      if (reply.status !== "ok") return { ...rate, ...failed(reply), offers: [] };
      const found = v.safeParse(Wire.Found, reply.data);
      if (!found.success) return { ...rate, status: "provider_error", offers: [] };
      return { ...rate, ...(await answer(found.output.offers, criteria, at)) };
    },

    async confirm(criteria, { reference }, at, { signal, purpose } = {}) {
      if (currency !== undefined && currency !== criteria.currency) return { status: "provider_error" };
      if (!/^off_\w{1,100}$/.test(reference)) return { status: "gone" };
      const reply = await request(account, {
        method: "GET",
        path: () => `/air/offers/${reference}`,
        patience,
        tries: purpose === "background" ? 1 : tries,
        signal,
      });
      return { ...rated(reply), ...(await confirmation(reply, criteria, at)) };
    },
  };
}

function timeout(left: number): number {
  return Math.max(suppliers.least, Math.min(suppliers.most, Math.floor(left - suppliers.margin)));
}

/** A search in Duffel's words. Who is under two at the end of the journey travels on a lap. */
function asked({ origin, destination, departureDate, returnDate, ...wanted }: Criteria) {
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
    // Left out, it would be one.
    max_connections: maxStops ?? 2,
  };
}

async function answer(given: unknown[], criteria: Criteria, at: Date): Promise<Answer> {
  if (given.length === 0) return { status: "no_results", offers: [] };
  const airports = await Airport.all();
  const all = given.map((one) => read(one, criteria, at, airports));
  const [first, ...rest] = all.filter((one): one is Offer => typeof one === "object").sort(cheapest);
  if (first) return { status: rest.length + 1 === given.length ? "ok" : "partial", offers: [first, ...rest] };
  return all.every((one) => one === "foreign") ? unspoken() : { status: "provider_error", offers: [] };
}

function cheapest(a: Offer, b: Offer): number {
  const left = (offer: Offer) => offer.slices[0]?.departingAt ?? "";
  return a.total - b.total || left(a).localeCompare(left(b)) || a.reference.localeCompare(b.reference);
}

async function confirmation(reply: Reply, criteria: Criteria, at: Date): Promise<Confirmation> {
  if (reply.status === "refused") {
    if (reply.code === "offer_no_longer_available") return { status: "gone" };
    // What Duffel does not know, it has forgotten: the flights may still be sold.
    if (reply.code === "offer_expired" || reply.http === 404) return { status: "expired" };
  }
  if (reply.status !== "ok") return failed(reply);
  const offer = read(reply.data, criteria, at, await Airport.all());
  if (typeof offer === "object") return { status: "ok", offer };
  const told = v.safeParse(Wire.Offer, reply.data);
  return { status: told.success && told.output.expires_at <= at.toISOString() ? "expired" : "provider_error" };
}

/** It has no prices in the currency that was asked for, which is no fault of its. */
function unspoken(): Answer {
  return { status: "provider_error", offers: [], providers: [{ name: "duffel", status: "skipped" }] };
}

function failed({ status }: Exclude<Reply, { status: "ok" }>): { status: "rate_limited" | "provider_error" } {
  return { status: status === "busy" ? "rate_limited" : "provider_error" };
}
