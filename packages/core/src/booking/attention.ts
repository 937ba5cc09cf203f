import * as v from "valibot";
import { sql, utc } from "../base/db.ts";
import * as Money from "../base/money.ts";
import { decodeCursor, type Page, toPage } from "../base/page.ts";
import * as Operator from "../operator.ts";
import { type Attention, AttentionQuery } from "./schema.ts";

type Row = Omit<Attention, "total"> & { total: number; currency: string };

/**
 * Lists, for an operator at `at`, the bookings that need a person, newest first: money that could not be taken or given
 * back, an order that was found after it was given up, one whose outcome has been unknown for an hour, and a step that
 * failed ten times. Names, tickets and the airline's reference are not in it.
 * @throws ValiError, Problem `operator.required`, `page.cursor`
 */
export async function attention(userId: string, query: v.InferInput<typeof Page>, at: Date) {
  const { limit, cursor } = v.parse(AttentionQuery, query);
  const before = decodeCursor(cursor);
  const rows = await Operator.queryAsOperator<Row>(
    userId,
    (allowed) => sql`
    select bookings.id,
           bookings.booking_reference as reference,
           bookings.status,
           bookings.payment,
           bookings.because,
           bookings.seller_order as "order",
           bookings.payment_intent as "charge",
           bookings.total_price::float8 as total,
           bookings.currency,
           bookings.attempts,
           ${utc(sql`bookings.updated_at`)} as since
      from bookings
     where ${allowed}
       and (
             bookings.payment in ('due', 'refund_failed')
          or bookings.because = 'order_found_late'
          or (bookings.status = 'unknown' and bookings.asked_at < ${at}::timestamptz - interval '1 hour')
          or (bookings.step is not null and bookings.attempts >= 10)
           )
       ${before === null ? sql`` : sql`and bookings.id < ${before}`}
     order by bookings.id desc
     limit ${limit + 1}`,
  );
  const { items, nextCursor } = toPage(rows, limit, ({ id }) => id);
  return {
    items: items.map(({ total, currency, ...row }) => ({ ...row, total: Money.toInfo(total, currency) })),
    nextCursor,
  };
}
