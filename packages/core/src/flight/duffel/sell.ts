import * as v from "valibot";
import type { Passenger as Person, Sale, Seller } from "../seller.ts";
import { duffelName } from "../source.ts";
import { changes } from "./change.ts";
import { parseAmount } from "./offer.ts";
import { type Booking, orders, type Passenger } from "./order.ts";
import { type Account, rateOfReply, request } from "./request.ts";
import * as Wire from "./wire.ts";

/** Reading an offer is Duffel's own work, but it asks the airline for the price again (ms). */
const patience = 25_000;

/**
 * Sells by a Duffel account. The offer is read once more before it is ordered: Duffel names its passengers, and says
 * whether its price still stands.
 */
export function duffelSeller(account: Account): Seller {
  const calls = orders(account);
  return {
    name: duffelName(account.token),

    async create(sale) {
      const path = `/air/offers/${encodeURIComponent(sale.offer.reference)}`;
      const reply = await request(account, { method: "GET", path: () => path, patience, tries: 3, signal: undefined });
      const rate = rateOfReply(reply);
      if (reply.status === "refused") return { ...rate, status: "refused", code: reply.code };
      // Nothing was ordered yet: what is not known is the price, and asking again does no harm.
      const read = reply.status === "ok" ? v.safeParse(Wire.Offer, reply.data) : undefined;
      if (!read?.success) return { ...rate, status: "busy" };
      const booking = toBooking(sale, read.output);
      return typeof booking === "string" ? { ...rate, status: "refused", code: booking } : calls.create(booking);
    },

    get: (id) => calls.get(id),
    list: (metadata, since) => calls.list(metadata, since),
    pay: (id, price) => calls.pay(id, price),
    cancel: (id) => calls.cancel(id),
    confirmCancellation: (id) => calls.confirmCancellation(id),
    ...changes(account),
  };
}

/** The order of a sale, or why there is none, in the words of Duffel's codes. */
function toBooking({ type, offer, passengers, metadata }: Sale, sold: Wire.Offer): Booking | string {
  const price = { total: offer.total, currency: offer.currency };
  const total = parseAmount(sold.total_amount, sold.total_currency);
  if (total !== price.total || sold.total_currency !== price.currency) return "price_changed";
  const named = nameAll(passengers, sold.passengers);
  if (!named) return "invalid_passengers";
  const order = { offer: sold.id, passengers: named, metadata };
  return type === "hold" ? { ...order, type } : { ...order, type, price };
}

type Told = Wire.Offer["passengers"][number];

/** Gives each person the offer's id of a passenger of that kind, and each infant an adult's lap. */
function nameAll(people: Person[], told: Told[]): Passenger[] | undefined {
  if (people.length !== told.length) return undefined;
  const free = [...told];
  const take = ({ kind, age }: Person) => {
    const fits = (one: Told) => kindOf(one) === kind && (kind !== "child" || one.age === age);
    const index = free.findIndex(fits);
    return index < 0 ? undefined : free.splice(index, 1)[0]?.id;
  };
  const ids = people.map(take);
  if (ids.some((id) => id === undefined)) return undefined;
  const infants = people.flatMap(({ kind }, index) => (kind === "infant" ? [ids[index]!] : []));
  return people.map(({ kind, age: _, ...person }, index) => {
    const infant = kind === "adult" ? infants.shift() : undefined;
    return { ...person, id: ids[index]!, ...(infant ? { infant } : {}) };
  });
}

function kindOf({ type, age }: Told): Person["kind"] {
  if (type === "infant_without_seat" || (age !== null && age < 2)) return "infant";
  return type === "child" || (age !== null && age < 18) ? "child" : "adult";
}
