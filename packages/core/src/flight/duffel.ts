import * as v from "valibot";
import * as Airport from "../airport.ts";
import type { Criteria } from "./criteria.ts";
import { read } from "./duffel/offer.ts";
import { type Account, type Reply, rated, request } from "./duffel/request.ts";
import * as Wire from "./duffel/wire.ts";
import type { Offer } from "./offer.ts";
import type { Answer, Confirmation, ConfirmingProvider } from "./provider.ts";

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
export function duffel({ url, token, currency, patience = 25_000 }: Settings): ConfirmingProvider {
  const account = { url, token };

  return {
    name: "duffel",
    ...(currency === undefined ? {} : { currencies: new Set([currency]) }),

    async search(criteria, at, { signal, purpose } = {}) {
      if (currency !== undefined && currency !== criteria.currency) return unable;
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
      if (reply.status === "refused" && reply.http !== 401 && reply.http !== 403) return { ...rate, ...unable };
      if (reply.status !== "ok") return { ...rate, ...failed(reply), offers: [] };
      const found = v.safeParse(Wire.Found, reply.data);
      if (!found.success) return { ...rate, status: "provider_error", offers: [] };
      return { ...rate, ...(await answer(found.output.offers, criteria, at)) };
    },

    async confirm(criteria, { reference }, at, { signal, purpose } = {}) {
      const foreign = currency !== undefined && currency !== criteria.currency;
      if (foreign || !/^off_\w{1,100}$/.test(reference)) return { status: "gone" };
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
  const [first, ...rest] = all.filter((one) => typeof one === "object").sort(cheapest);
  if (first) return { status: rest.length + 1 === given.length ? "ok" : "partial", offers: [first, ...rest] };
  return all.every((one) => one === "foreign") ? unable : { status: "provider_error", offers: [] };
}

function cheapest(a: Offer, b: Offer): number {
  const left = (offer: Offer) => offer.slices[0]?.departingAt ?? "";
  return a.total - b.total || left(a).localeCompare(left(b)) || a.reference.localeCompare(b.reference);
}

async function confirmation(reply: Reply, criteria: Criteria, at: Date): Promise<Confirmation> {
  if (reply.status === "refused" && reply.http !== 401 && reply.http !== 403)
    // What Duffel does not know, it has forgotten: the flights may still be sold.
    return { status: reply.code === "offer_no_longer_available" ? "gone" : "expired" };
  if (reply.status !== "ok") return failed(reply);
  const offer = read(reply.data, criteria, at, await Airport.all());
  if (typeof offer === "object") return { status: "ok", offer };
  if (offer === "expired") return { status: "expired" };
  // Who asks as others than it was made for has no such offer, which is no fault of Duffel's.
  return { status: offer === "unreadable" ? "provider_error" : "gone" };
}

/** It cannot be asked this: in another currency, or, as it refuses, between places or for a party it does not know. */
const unable: Answer = { status: "provider_error", offers: [], providers: [{ name: "duffel", status: "skipped" }] };

function failed({ status }: Exclude<Reply, { status: "ok" }>): { status: "rate_limited" | "provider_error" } {
  return { status: status === "busy" ? "rate_limited" : "provider_error" };
}
