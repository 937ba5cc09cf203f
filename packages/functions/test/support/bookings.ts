import { createHmac } from "node:crypto";
import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import { newId } from "@travel-conductor/core/base/id";
import * as Booking from "@travel-conductor/core/booking";
import * as Flight from "@travel-conductor/core/flight";
import { vi } from "vitest";
import * as a from "./client.ts";
import { passport, traveler } from "./travelers.ts";

type Request = a.Sent & { path: string };
type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

let days = 40;
let keys = 0;

/** What a person with a proven address books: an offer for a traveler with a passport, and a card. */
export async function wish(token: string) {
  const { id } = await traveler(token);
  await a.read(await a.call("POST", `/v1/travelers/${id}/documents`, { token, body: passport() }), 201);
  const card = await a.card(token);
  const day = new Date(Date.now() + ++days * 86_400_000).toISOString().slice(0, 10);
  const path = `/v1/flights?origin=STN&destination=BGY&departureDate=${day}&currency=GBP`;
  const { items } = await a.read(await a.call("GET", path), 200);
  return { offer: items[0].id, travelers: [id], paymentMethod: card.id, terms: Booking.currentTerms };
}

export const key = () => ({ "idempotency-key": `booking ${++keys}` });

/** A booking of the user, made to the end: confirmed and paid, or held. */
export async function booking(token: string, over: object = {}): Promise<{ id: string }> {
  const body = { ...(await wish(token)), ...over };
  const made = await a.read(await a.call("POST", "/v1/bookings", { token, headers: key(), body }), 202);
  await Booking.run(new Date(), { id: made.id });
  return a.read(await a.call("GET", `/v1/bookings/${made.id}`, { token }), 200);
}

async function mine(suffix: string, body?: unknown, over: object = {}): Promise<Request> {
  const { token } = await a.user();
  const { id } = await booking(token, over);
  return { path: `/v1/bookings/${id}${suffix}`, token, ...(body === undefined ? {} : { body }) };
}

/** A watch with a target, whose owner has a traveler. */
async function watched(): Promise<Request> {
  const { token } = await a.user();
  const { travelers, terms } = await wish(token);
  const { id } = await a.watch(token, { rules: { target: { amount: "10.00", currency: "GBP" } } });
  return { path: `/v1/watches/${id}/auto-hold`, token, body: { travelers, terms } };
}

/** Two days later. */
const later = (day: string) => new Date(Date.parse(day) + 2 * 86_400_000).toISOString().slice(0, 10);

const unsent = ({ body: _, ...request }: Request): Request => request;

/** An event of Duffel's, signed. */
function fromDuffel(event: object = { id: "wev_1", type: "ping.triggered", data: { object: {} } }): a.Sent {
  const body = JSON.stringify(event);
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", env.DUFFEL_WEBHOOK_SECRET ?? "")
    .update(`${at}.`)
    .update(body)
    .digest("hex");
  return { headers: { "x-duffel-signature": `t=${at},v1=${signature}` }, body: event };
}

export const forBookings: Record<string, () => Request | Promise<Request>> = {
  "GET /v1/bookings": async () => {
    const { token } = await a.user();
    await booking(token);
    return { path: "/v1/bookings?limit=1&when=upcoming&status=confirmed", token };
  },
  "POST /v1/bookings": async () => {
    const { token } = await a.user();
    return { path: "/v1/bookings", token, headers: key(), body: await wish(token) };
  },
  "GET /v1/bookings/{id}": () => mine(""),
  "POST /v1/bookings/{id}/pay": async () => {
    const { token } = await a.user();
    const { id, total } = await a.read(Response.json(await booking(token, { hold: true, paymentMethod: null })), 200);
    const card = await a.card(token);
    return { path: `/v1/bookings/${id}/pay`, token, body: { paymentMethod: card.id, price: total } };
  },
  "POST /v1/bookings/{id}/confirm-payment": async () => {
    const request = await mine("/confirm-payment");
    await sql`
      update bookings
         set status = 'action_required', step = 'act', due_at = now() + interval '1 minute'
       where bookings.id = ${request.path.split("/")[3]}`;
    return request;
  },
  "POST /v1/bookings/{id}/cancel": () => mine("/cancel"),
  "POST /v1/bookings/{id}/cancel/confirm": async () => {
    const { path, token = "" } = await mine("/cancel");
    const { cancellation } = await a.read(await a.call("POST", path, { token }), 200);
    return { path: `${path}/confirm`, token, body: { quote: cancellation.id } };
  },
  "POST /v1/bookings/{id}/change": async () => {
    const request = await mine("/change");
    const { journey } = await a.read(await a.call("GET", request.path.replace("/change", ""), request), 200);
    return { ...request, body: { departureDate: later(journey.departureDate) } };
  },
  "POST /v1/bookings/{id}/change/confirm": async () => {
    const { path, token = "" } = await mine("/change");
    const { journey } = await a.read(await a.call("GET", path.replace("/change", ""), { token }), 200);
    const body = { departureDate: later(journey.departureDate) };
    const { change } = await a.read(await a.call("POST", path, { token, body }), 200);
    const { id: offer, charge, refund } = change.offers[0];
    return { path: `${path}/confirm`, token, body: { offer, charge, refund } };
  },
  "POST /v1/bookings/{id}/airline-change/accept": async () => {
    const request = await mine("/airline-change/accept", { change: "aic_1" });
    const [change] = [{ id: "aic_1", at: "2026-11-01T00:00:00Z", removed: [], added: [], actions: ["accept"] }];
    await sql`
      update bookings
         set airline_changes = ${JSON.stringify([{ ...change, taken: null, accepting: false }])}::jsonb
       where bookings.id = ${request.path.split("/")[3]}`;
    return request;
  },
  "POST /v1/bookings/{id}/watch": () => mine("/watch", { penalty: { amount: "1.00", currency: "GBP" } }),
  "POST /v1/bookings/{id}/share": () => mine("/share"),
  "DELETE /v1/bookings/{id}/share": () => mine("/share"),
  "GET /v1/bookings/{id}/calendar.ics": () => mine("/calendar.ics"),
  "GET /v1/bookings/{id}/itinerary": () => mine("/itinerary"),
  "GET /v1/bookings/{id}/receipt": () => mine("/receipt"),
  "GET /v1/shared/trips/{token}": async () => {
    const { path, token = "" } = await mine("/share");
    const shared = await a.read(await a.call("POST", path, { token }), 200);
    return { path: `/v1/shared/trips/${shared.path.split("/").at(-1)}` };
  },
  "GET /v1/alerts/{id}/offers": async () => {
    const { token } = await a.user();
    return { path: `/v1/alerts/${(await a.alert(token)).id}/offers`, token };
  },
  "GET /v1/watches/{id}/auto-hold": async () => unsent(await watched()),
  "POST /v1/watches/{id}/auto-hold": watched,
  "DELETE /v1/watches/{id}/auto-hold": async () => unsent(await watched()),
  "GET /v1/admin/bookings": async () => ({ path: "/v1/admin/bookings?limit=1", token: (await a.operator()).token }),
  "POST /v1/webhooks/duffel": () => ({ path: "/v1/webhooks/duffel", ...fromDuffel() }),
};

const id = ({ path }: Request) => path.split("/")[3] ?? "";

/** A booking that is over: nothing can be done with it. */
const over: Spoil = async (request, send) => {
  await sql`update bookings set status = 'expired', step = null, due_at = null where bookings.id = ${id(request)}`;
  return send(request);
};

/** A booking of another seller, which cannot be asked here. */
const unsold: Spoil = async (request, send) => {
  await sql`
    update bookings
       set offer = jsonb_set(bookings.offer, '{kept,provider}', '"duffel"')
     where bookings.id = ${id(request)}`;
  return send(request);
};

/** The causes of statuses of bookings' routes. */
export const causes: Record<string, Spoil> = {
  "POST /v1/bookings 403": async (request, send) => {
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    await sql`update users set email_verified = false where users.id = ${user.id}`;
    return send(request);
  },
  "POST /v1/bookings 404": (request, send) =>
    send({ ...request, body: { ...(request.body as object), travelers: [newId("tvl")] } }),
  "POST /v1/bookings 410": (request, send) => {
    const spy = vi.spyOn(Flight.provider, "search").mockResolvedValue({ status: "no_results", offers: [] });
    return send(request).finally(() => spy.mockRestore());
  },
  "POST /v1/bookings/{id}/pay 502": unsold,
  "POST /v1/bookings/{id}/cancel 502": unsold,
  "POST /v1/bookings/{id}/change 502": unsold,
  "POST /v1/bookings/{id}/change/confirm 502": unsold,
  "GET /v1/shared/trips/{token} 404": (request, send) =>
    send({ ...request, path: `/v1/shared/trips/${"A".repeat(32)}` }),
  "POST /v1/bookings 409": async (request, send) => {
    await send(request);
    return send({ ...request, headers: key() });
  },
  "POST /v1/bookings/{id}/pay 409": over,
  "POST /v1/bookings/{id}/confirm-payment 409": over,
  "POST /v1/bookings/{id}/cancel 409": over,
  "POST /v1/bookings/{id}/change 409": over,
  "POST /v1/bookings/{id}/change/confirm 409": over,
  "POST /v1/bookings/{id}/airline-change/accept 409": over,
  "POST /v1/bookings/{id}/cancel/confirm 409": over,
  "POST /v1/bookings/{id}/watch 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "POST /v1/watches/{id}/auto-hold 409": async (request, send) => {
    await sql`update price_watches set target_price = null, new_low = true where price_watches.id = ${id(request)}`;
    return send(request);
  },
  "POST /v1/watches/{id}/auto-hold 403": async (request, send) => {
    const { user } = await a.read(await a.call("GET", "/v1/me", { token: request.token ?? "" }), 200);
    await sql`update users set email_verified = false where users.id = ${user.id}`;
    return send(request);
  },
  "POST /v1/webhooks/duffel 401": (request, send) => send({ ...request, headers: {} }),
};
