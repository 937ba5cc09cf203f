import { randomInt } from "node:crypto";
import { sql, utc } from "../../base/db.ts";
import type { KeptOffer, Slice } from "../offer.ts";
import type { Order, Outcome, Refund } from "../seller.ts";

/** The most seats of one order. */
export const maxSeats = 9;

export const refused = (code: string) => ({ status: "refused", code }) as const;

/** A value is done, a word the code of a refusal; without an answer of Postgres nothing is known. */
export async function known<T extends object | null>(ask: () => Promise<T | string>): Promise<Outcome<T>> {
  try {
    const answer = await ask();
    return typeof answer === "string" ? refused(answer) : { status: "done", value: answer };
  } catch {
    return { status: "unknown" };
  }
}

/** A held order that was not paid in time is cancelled by the seller. */
export async function read(id: string, at: Date): Promise<Order | undefined> {
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

export const columns = sql`
             simulated_orders.id,
             simulated_orders.reference,
             simulated_orders.total::float8 as total,
             simulated_orders.currency,
             simulated_orders.metadata,
             simulated_orders.refund,
             simulated_orders.change,
             simulated_orders.slices,
             simulated_orders.tickets,
             simulated_orders.cancellation_id as "cancellationId",
             ${utc(sql`simulated_orders.cancellation_until`)} as "cancellationUntil",
             ${utc(sql`simulated_orders.created_at`)} as "createdAt",
             ${utc(sql`simulated_orders.cancelled_at`)} as "cancelledAt",
             ${utc(sql`simulated_orders.paid_at`)} as "paidAt",
             ${utc(sql`simulated_orders.pay_by`)} as "payBy",
             ${utc(sql`simulated_orders.price_until`)} as "priceUntil"`;

export type Row = {
  id: string;
  reference: string;
  total: number;
  currency: string;
  metadata: Record<string, string>;
  refund: KeptOffer["conditions"]["refund"];
  change: KeptOffer["conditions"]["change"];
  slices: Slice[] | null;
  tickets: string[];
  cancellationId: string | null;
  cancellationUntil: string | null;
  createdAt: string;
  cancelledAt: string | null;
  paidAt: string | null;
  payBy: string | null;
  priceUntil: string | null;
};

/** Flights may be changed where their terms allow it, once they are paid. */
export const isChangeable = ({ cancelledAt, paidAt, change, slices }: Row) =>
  cancelledAt === null && paidAt !== null && slices !== null && change?.allowed === true;

export function toOrder(row: Row): Order {
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
    actions: cancelledAt === null ? ["cancel", ...(isChangeable(row) ? ["change"] : [])] : [],
    slices: row.slices,
    metadata,
  };
}

/** What is not paid gives nothing back; else the price less the penalty, or nothing where no refund is allowed. */
export function toRefund({ id, total, currency, refund, paidAt, cancellationId, ...row }: Row): Refund {
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
export const newReference = () => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
export const newTickets = (count: number) =>
  Array.from({ length: count }, () => `999-${String(randomInt(10_000_000_000)).padStart(10, "0")}`);
