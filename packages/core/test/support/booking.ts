import { startDuffel } from "@travel-conductor/local/duffel";
import { ada } from "@travel-conductor/local/testing/people";
import { afterAll, beforeEach, vi } from "vitest";

/** This test file's own stand-in for Duffel, whose address the product must know before it is loaded. */
export const duffel = await startDuffel("GBP");
vi.stubEnv("DUFFEL_ACCESS_TOKEN", duffel.token);
vi.stubEnv("DUFFEL_URL", duffel.url);
vi.stubEnv("DUFFEL_CURRENCY", "GBP");
vi.stubEnv("FLIGHT_BUDGET_DUFFEL", "1000000");
afterAll(() => duffel.stop());
beforeEach(() => {
  duffel.heal();
  Object.assign(duffel.rate, { limit: 10_000, remaining: 10_000 });
});

const { addDays } = await import("../../src/base/day.ts");
const { sql } = await import("../../src/base/db.ts");
const { newId } = await import("../../src/base/id.ts");
const Booking = await import("../../src/booking.ts");
const Flight = await import("../../src/flight.ts");
const Payment = await import("../../src/payment.ts");
const Traveler = await import("../../src/traveler.ts");
const a = await import("./factory.ts");
const { card } = await import("./card.ts");

export const minutes = (count: number, from = new Date()) => new Date(from.getTime() + count * 60_000);
export const hours = (count: number, from = new Date()) => minutes(60 * count, from);

let days = 30;

type Wanted = { number?: string; holds?: boolean; returns?: boolean };

/**
 * A person with a proven address, a traveler and a card, and an offer of a new day, which no other person was shown;
 * `returns` a week later.
 */
export async function buyer({ number, holds = false, returns = false }: Wanted = {}) {
  const userId = await a.proven();
  const traveler = await Traveler.create(userId, ada, new Date());
  const { method } = await card(number, userId);
  const departureDate = new Date(Date.now() + ++days * 86_400_000).toISOString().slice(0, 10);
  const [origin, destination] = holds ? ["JFK", "EWR"] : ["STN", "BGY"];
  const returnDate = returns ? { returnDate: addDays(departureDate, 7) } : {};
  const found = await Flight.search({ origin, destination, departureDate, ...returnDate, currency: "GBP" }, new Date());
  const [offer] = found.items;
  if (!offer) throw new Error("nothing flies");
  const wish = {
    offer: offer.id,
    travelers: [traveler.id],
    paymentMethod: method.id,
    terms: Booking.currentTerms,
  };
  return { userId, offer, wish, traveler, method, id: newId("bkg") };
}

export type Buyer = Awaited<ReturnType<typeof buyer>>;

/** Asks for the booking. */
export const ask = ({ userId, wish, id }: Buyer, over: object = {}, at = new Date()) =>
  Booking.create(userId, { ...wish, ...over }, at, {}, id);

/** Takes what is due now, and reads the booking. */
export async function settle({ userId, id }: Pick<Buyer, "userId" | "id">, at = new Date()) {
  await Booking.run(at, { id });
  return Booking.get(userId, id, at);
}

/** Books, to the end. */
export async function book(who: Buyer, over: object = {}) {
  await ask(who, over);
  return settle(who);
}

/** The payments that the company of the cards has for a booking. */
export async function charges(id: string) {
  const [row] = await sql`select bookings.payment_intent as intent from bookings where bookings.id = ${id}`;
  const told = row?.intent ? await Payment.read(String(row.intent)) : undefined;
  return told?.status === "done" ? told.value : undefined;
}
