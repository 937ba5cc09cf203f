import { randomBytes, randomInt } from "node:crypto";
import { sql, utc } from "../../base/db.ts";
import type { KeptOffer } from "../offer.ts";
import type { Order, Outcome, Refund, Seller } from "../seller.ts";
import { simulator } from "../simulator.ts";
import { spanOf } from "../span.ts";

/** The most seats of one order. */
const maxSeats = 9;

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
           price_until)
        values (${id}, ${newReference()}, ${at}, ${offer.total}, ${offer.currency}, ${JSON.stringify(metadata)}::jsonb,
                ${seats}, ${JSON.stringify(offer.conditions.refund)}::jsonb, ${paid ? newTickets(seats) : []}::text[],
                ${(await spanOf(offer.slices)).departsAt}, ${paid ? at : null},
                ${paid ? null : offer.payment.payBy}, ${paid ? null : offer.payment.priceUntil})`;
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
};

const refused = (code: string) => ({ status: "refused", code }) as const;

/** A value is done, a word the code of a refusal; without an answer of Postgres nothing is known. */
async function known<T extends object | null>(ask: () => Promise<T | string>): Promise<Outcome<T>> {
  try {
    const answer = await ask();
    return typeof answer === "string" ? refused(answer) : { status: "done", value: answer };
  } catch {
    return { status: "unknown" };
  }
}

/** A held order that was not paid in time is cancelled by the seller. */
async function read(id: string, at: Date): Promise<Order | undefined> {
  const rows = await sql`
    with lapsed as (
      update simulated_orders
         set cancelled_at = simulated_orders.pay_by
       where simulated_orders.id = ${id}
         and simulated_orders.paid_at is null
         and simulated_orders.cancelled_at is null
         and simulated_orders.pay_by <= ${at}
      returning simulated_orders.id
    )
    select ${columns},
           exists (select from lapsed) as lapsed
      from simulated_orders
     where simulated_orders.id = ${id}`;
  const [row] = rows as (Row & { lapsed: boolean })[];
  return row && toOrder(row.lapsed ? { ...row, cancelledAt: row.payBy } : row);
}

const columns = sql`
             simulated_orders.id,
             simulated_orders.reference,
             simulated_orders.total::float8 as total,
             simulated_orders.currency,
             simulated_orders.metadata,
             simulated_orders.refund,
             simulated_orders.tickets,
             simulated_orders.cancellation_id as "cancellationId",
             ${utc(sql`simulated_orders.cancellation_until`)} as "cancellationUntil",
             ${utc(sql`simulated_orders.created_at`)} as "createdAt",
             ${utc(sql`simulated_orders.cancelled_at`)} as "cancelledAt",
             ${utc(sql`simulated_orders.paid_at`)} as "paidAt",
             ${utc(sql`simulated_orders.pay_by`)} as "payBy",
             ${utc(sql`simulated_orders.price_until`)} as "priceUntil"`;

type Row = {
  id: string;
  reference: string;
  total: number;
  currency: string;
  metadata: Record<string, string>;
  refund: KeptOffer["conditions"]["refund"];
  tickets: string[];
  cancellationId: string | null;
  cancellationUntil: string | null;
  createdAt: string;
  cancelledAt: string | null;
  paidAt: string | null;
  payBy: string | null;
  priceUntil: string | null;
};

function toOrder(row: Row): Order {
  const { id, reference, total, currency, createdAt, cancelledAt, metadata } = row;
  return {
    id,
    reference,
    total,
    currency,
    createdAt,
    cancelledAt,
    payment: { awaited: row.paidAt === null, by: row.payBy, priceUntil: row.priceUntil, at: row.paidAt },
    documents: row.tickets.map((number) => ({ type: "electronic_ticket", number })),
    actions: cancelledAt === null ? ["cancel"] : [],
    metadata,
  };
}

/** What is not paid gives nothing back; else the price less the penalty, or nothing where no refund is allowed. */
function toRefund({ id, total, currency, refund, paidAt, cancellationId, ...row }: Row): Refund {
  const kept = refund?.allowed ? Math.min(total, refund.penalty?.total ?? 0) : total;
  return {
    id: cancellationId!,
    order: id,
    refund: { total: paidAt === null ? 0 : total - kept, currency },
    to: paidAt === null ? "awaiting_payment" : "balance",
    expiresAt: row.cancellationUntil,
    confirmedAt: row.cancelledAt,
  };
}

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const newReference = () => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
const newTickets = (count: number) =>
  Array.from({ length: count }, () => `999-${String(randomInt(10_000_000_000)).padStart(10, "0")}`);
