import { randomBytes } from "node:crypto";
import { sql } from "../../base/db.ts";
import type { Seller } from "../seller.ts";
import { simulator } from "../simulator.ts";
import { spanOf } from "../span.ts";
import { changes } from "./changes.ts";
import {
  columns,
  known,
  maxSeats,
  newReference,
  newTickets,
  type Row,
  read,
  refused,
  toOrder,
  toRefund,
} from "./order.ts";

/** How long a quoted cancellation holds. */
const quoteLife = "30 minutes";

/**
 * Sells the simulated market: its orders lie in a table, and nothing flies. As with a real seller an order at another
 * price, or of flights that are sold out, is refused; what was cancelled or paid is not cancelled or paid again.
 */
export const simulatorSeller: Seller = {
  name: "simulator",

  async create({ type, offer, criteria, passengers, metadata }, at) {
    // The price of an offer stands while the offer lives, whatever the market does meanwhile.
    if (offer.expiresAt <= at.toISOString()) return refused("offer_expired");
    if (type === "hold" && offer.payment.instant) return refused("order_type_not_eligible_for_hold");
    const now = await simulator.confirm(criteria, offer, at);
    if (now.status === "gone") return refused("offer_no_longer_available");
    if (now.status !== "ok") return { status: "busy" };
    const id = `ord_${randomBytes(12).toString("hex")}`;
    const paid = type === "instant";
    const seats = passengers.filter(({ kind }) => kind !== "infant").length;
    return known(async () => {
      await sql`
        insert into simulated_orders
          (id, reference, created_at, total, currency, metadata, seats, refund, tickets, departs_at, paid_at, pay_by,
           price_until, change, slices)
        values (${id}, ${newReference()}, ${at}, ${offer.total}, ${offer.currency}, ${JSON.stringify(metadata)}::jsonb,
                ${seats}, ${JSON.stringify(offer.conditions.refund)}::jsonb, ${paid ? newTickets(seats) : []}::text[],
                ${spanOf(offer.slices).departsAt}, ${paid ? at : null},
                ${paid ? null : offer.payment.payBy}, ${paid ? null : offer.payment.priceUntil},
                ${JSON.stringify(offer.conditions.change)}::jsonb, ${JSON.stringify(offer.slices)}::jsonb)`;
      return (await read(id, at))!;
    });
  },

  get: (id, at) => known(async () => (await read(id, at)) ?? "not_found"),

  list: (metadata, since) =>
    known(async () => {
      const rows = await sql`
        select ${columns}
          from simulated_orders
         where simulated_orders.created_at >= ${since}
           and simulated_orders.metadata @> ${JSON.stringify(metadata)}::jsonb
         order by simulated_orders.created_at desc, simulated_orders.id desc`;
      return (rows as Row[]).map(toOrder);
    }),

  pay: (id, { total, currency }, at) =>
    known(async () => {
      const [row] = await sql`
        with payable as (
          update simulated_orders
             set paid_at = ${at},
                 tickets = (${newTickets(maxSeats)}::text[])[:simulated_orders.seats]
           where simulated_orders.id = ${id}
             and simulated_orders.cancelled_at is null
             and simulated_orders.paid_at is null
             and simulated_orders.pay_by > ${at}
             and simulated_orders.total = ${total}
             and simulated_orders.currency = ${currency}
          returning simulated_orders.id
        )
        select exists (select from payable) as done,
               simulated_orders.cancelled_at is not null as cancelled,
               simulated_orders.paid_at is not null as paid,
               simulated_orders.pay_by <= ${at} as late
          from simulated_orders
         where simulated_orders.id = ${id}`;
      if (!row) return "not_found";
      if (row.done) return null;
      if (row.cancelled || row.late) return "order_cancelled";
      return row.paid ? "already_paid" : "payment_amount_does_not_match_order_amount";
    }),

  cancel: (id, at) =>
    known(async () => {
      const [row] = (await sql`
        update simulated_orders
           set cancellation_id = ${`ore_${randomBytes(12).toString("hex")}`},
               cancellation_until = ${at}::timestamptz + ${quoteLife}::interval
         where simulated_orders.id = ${id}
           and simulated_orders.cancelled_at is null
           and simulated_orders.departs_at > ${at}
        returning ${columns}`) as Row[];
      if (row) return toRefund(row);
      return (await read(id, at)) ? "already_cancelled" : "not_found";
    }),

  confirmCancellation: (id, at) =>
    known(async () => {
      const [row] = (await sql`
        update simulated_orders
           set cancelled_at = ${at}
         where simulated_orders.cancellation_id = ${id}
           and simulated_orders.cancelled_at is null
           and simulated_orders.cancellation_until > ${at}
        returning ${columns}`) as Row[];
      return row ? toRefund(row) : "already_cancelled";
    }),

  ...changes,
};
