import { type Fragment, sql, transaction, utc } from "../base/db.ts";
import type { Criteria, KeptOffer, Refund } from "../flight.ts";
import { orFollowed, orSooner } from "./followed.ts";
import type { Charge, FlightData, KeptChange, KeptOffers, Return } from "./kept.ts";
import type { Payment, Status } from "./schema.ts";
import { changed, told } from "./told.ts";
import { freeTwin } from "./twin.ts";

/**
 * What is done next with a booking: the card is asked (`authorize`), its owner is waited for (`act`), the seller is
 * asked for the order (`order`), an order that may exist is looked for (`find`), the card pays (`capture`) or is let go
 * (`release`), a held order is paid (`pay`) or runs out (`lapse`), it is cancelled (`cancel`), money goes back
 * (`refund`), an order that was given up is found after all (`undo`), its owner is told of check-in and departure
 * (`remind`). A change has steps of its own (changesteps.ts), and so has the answer to what the airline changed
 * (`accept`).
 */
export type Step =
  | "authorize"
  | "act"
  | "order"
  | "find"
  | "capture"
  | "release"
  | "pay"
  | "lapse"
  | "cancel"
  | "refund"
  | "undo"
  | "remind"
  | "change_authorize"
  | "change_act"
  | "change"
  | "change_capture"
  | "change_release"
  | "accept";

/** A booking as its steps see it; amounts in minor units, instants in UTC. */
export type Work = {
  id: string;
  fence: string;
  userId: string | null;
  status: Status;
  step: Step | null;
  attempts: number;
  tries: number;
  offer: { kept: KeptOffer; criteria: Criteria };
  passengers: { sealed: string }[];
  /** A digest of the travelers; null of an older version. */
  party: string | null;
  total: number;
  currency: string;
  simulated: boolean;
  hold: boolean;
  askedAt: string | null;
  absentSince: string | null;
  sellerOrder: string | null;
  payment: Payment;
  card: { customer: string; token: string } | null;
  stepAt: string;
  paymentIntent: string | null;
  because: string | null;
  payBy: string | null;
  priceUntil: string | null;
  createdAt: string;
  departsAt: string | null;
  dueAt: string | null;
  cancellation: Refund | null;
  refundId: string | null;
  reminded: number | null;
  /** What the seller lets be done with the order; null where it was not asked. */
  sellerActions: string[] | null;
  change: KeptOffers | null;
  charges: Charge[];
  returns: Return[];
  airlineChanges: KeptChange[];
  /** How often the seller told that the order changed, and how many of these hints were followed. */
  hints: number;
  looked: number;
};

/**
 * What a step changes. `wait` is how long until the next step may be taken (ms); `event` tells the owner. `attempts` is 0
 * where the step did all that it can and waits for another.
 */
export type Change = Partial<
  Pick<
    Work,
    | "status"
    | "step"
    | "tries"
    | "askedAt"
    | "absentSince"
    | "sellerOrder"
    | "payment"
    | "paymentIntent"
    | "because"
    | "payBy"
    | "priceUntil"
    | "cancellation"
    | "refundId"
    | "reminded"
    | "total"
    | "sellerActions"
    | "change"
    | "charges"
    | "returns"
    | "airlineChanges"
    | "looked"
    | "card"
    | "offer"
    | "departsAt"
  >
> & {
  flights?: FlightData;
  arrivesAt?: string;
  twin?: string | null;
  sealed?: string;
  wait?: number;
  attempts?: 0;
  until?: string;
  event?: string;
};

export const columns = sql`
           bookings.id,
           bookings.fence::text as fence,
           bookings.user_id as "userId",
           bookings.status,
           bookings.step,
           bookings.attempts,
           bookings.payment_tries as tries,
           bookings.offer,
           bookings.passenger_data as passengers,
           bookings.party,
           bookings.total_price::float8 as total,
           bookings.currency,
           bookings.simulated,
           bookings.hold,
           ${utc(sql`bookings.asked_at`)} as "askedAt",
           ${utc(sql`bookings.absent_since`)} as "absentSince",
           bookings.seller_order as "sellerOrder",
           bookings.payment,
           bookings.card,
           ${utc(sql`bookings.step_at`)} as "stepAt",
           bookings.payment_intent as "paymentIntent",
           bookings.because,
           ${utc(sql`bookings.pay_by`)} as "payBy",
           ${utc(sql`bookings.price_until`)} as "priceUntil",
           ${utc(sql`bookings.created_at`)} as "createdAt",
           ${utc(sql`bookings.departs_at`)} as "departsAt",
           ${utc(sql`bookings.due_at`)} as "dueAt",
           bookings.cancellation,
           bookings.refund_id as "refundId",
           bookings.reminded,
           bookings.seller_actions as "sellerActions",
           bookings.change,
           bookings.charges,
           bookings.returns,
           bookings.airline_changes as "airlineChanges",
           bookings.hints,
           bookings.looked`;

/** How long one step may take: the longest is an order, and its Lambda ends after 170 s. */
const lease = sql`interval '180 seconds'`;

/** The most orders that are looked for in one list of a seller's: each costs a write. */
const mostSought = 1_000;

/**
 * Claims bookings whose step is due at `at`: this one, or the first `limit`. Orders that are looked for come beside
 * those, all at once: one list of the seller's tells of them all, and no other booking waits for them.
 */
export async function claim(at: Date, which: { id: string } | { limit: number }): Promise<Work[]> {
  const chosen = "id" in which ? sql`and bookings.id = ${which.id}` : sql``;
  const first = (limit: number, ofStep: Fragment) => sql`
      select bookings.id
        from bookings
       where bookings.due_at <= ${at}
         and (bookings.claimed_until is null or bookings.claimed_until < now())
         and ${ofStep}
         ${chosen}
       order by bookings.due_at, bookings.id
       limit ${limit}
         for no key update of bookings skip locked`;
  const rows = await sql`
    with others as materialized (${first("id" in which ? 1 : which.limit, sql`bookings.step <> 'find'`)}),
    sought as materialized (${first(mostSought, sql`bookings.step = 'find'`)}),
    due as (
      select others.id from others
      union all
      select sought.id from sought
    )
    update bookings
       set claimed_until = now() + ${lease},
           attempts = bookings.attempts + 1,
           fence = bookings.fence + 1
      from due
     where bookings.id = due.id
    returning ${columns}`;
  return rows as Work[];
}

/** Claims a user's booking for a change of theirs, whatever its step is. */
export async function claimIdle(userId: string, id: string): Promise<Work | "missing" | "moved" | "busy"> {
  const { found, claimed } = await transaction({
    claimed: sql`
    update bookings
       set claimed_until = now() + interval '40 seconds',
           fence = bookings.fence + 1
     where bookings.id = ${id}
       and bookings.user_id = ${userId}
       and bookings.offer is not null
       and (bookings.claimed_until is null or bookings.claimed_until < now())
    returning ${columns}`,
    found: sql`select bookings.offer is null as moved from bookings where bookings.id = ${id} and bookings.user_id = ${userId}`,
  });
  if (found.length === 0) return "missing";
  if (found[0]?.moved) return "moved";
  return (claimed[0] as Work | undefined) ?? "busy";
}

/** The moment of the earliest step that waits (null: none does). */
export async function nextDue(): Promise<Date | null> {
  const [row] =
    await sql`select ${utc(sql`min(bookings.due_at)`)} as due from bookings where bookings.due_at is not null`;
  const { due } = row as { due: string | null };
  return due === null ? null : new Date(due);
}

const keys = {
  status: "status",
  step: "step",
  tries: "payment_tries",
  askedAt: "asked_at",
  absentSince: "absent_since",
  sellerOrder: "seller_order",
  payment: "payment",
  paymentIntent: "payment_intent",
  because: "because",
  payBy: "pay_by",
  priceUntil: "price_until",
  refundId: "refund_id",
  reminded: "reminded",
  total: "total_price",
  sealed: "sealed",
  sellerActions: "seller_actions",
  looked: "looked",
  departsAt: "departs_at",
  arrivesAt: "arrives_at",
} as const;

const jsonKeys = {
  cancellation: "cancellation",
  card: "card",
  change: "change",
  charges: "charges",
  returns: "returns",
  airlineChanges: "airline_changes",
  offer: "offer",
  flights: "flight_data",
} as const;

const jsonOf = (value: unknown) => (value === null ? null : JSON.stringify(value));

/**
 * Writes what a step changes, provided no other worker has claimed the booking since; returns it as it is then, or
 * undefined. The record of the change and the messages about it are written with it or not at all. With `keep` the claim
 * stays: the step goes on.
 */
export async function write(work: Work, change: Change, at: Date, keep = false): Promise<Work | undefined> {
  const { wait, until, event } = change;
  const step = change.step === undefined ? work.step : change.step;
  const dueAt = step === null ? null : (until ?? new Date(at.getTime() + (wait ?? 0)).toISOString());
  const isOther =
    step !== work.step || change.status !== undefined || change.looked !== undefined || "attempts" in change;
  const rests = step === null && (change.status ?? work.status) === "confirmed" && work.sellerOrder !== null;
  const set: Fragment[] = Object.entries(keys)
    .filter(([name]) => name in change && !(name === "step" && rests))
    .map(([name, column]) => sql`${sql.unsafe(column)} = ${change[name as keyof typeof keys] ?? null},`);
  for (const [name, column] of Object.entries(jsonKeys))
    if (name in change) set.push(sql`${sql.unsafe(column)} = ${jsonOf(change[name as keyof typeof jsonKeys])}::jsonb,`);
  if ("twin" in change) set.push(sql`twin = ${freeTwin(work.id, change.twin ?? null)},`);
  const { written } = await transaction({
    written: sql`
    update bookings
       set ${set.reduce((all, one) => sql`${all} ${one}`, sql``)}
           ${rests ? orFollowed(at) : sql`due_at = ${step === "remind" ? orSooner(work, dueAt, at) : dueAt},`}
           step_at = ${step === work.step ? sql`bookings.step_at` : sql`${at}::timestamptz`},
           claimed_until = ${keep ? sql`bookings.claimed_until` : sql`null`},
           attempts = ${isOther ? sql`0` : sql`bookings.attempts`},
           updated_at = ${at}
     where bookings.id = ${work.id}
       and bookings.fence = ${work.fence}::bigint
    returning ${columns}`,
    recorded: event === undefined ? [] : changed(work, event, at),
    told: event === undefined ? [] : told({ ...work, offer: change.offer ?? work.offer }, event, at),
  });
  return written[0] as Work | undefined;
}

/** The wait before another attempt (ms): a second, then twice as long each time, an hour at most. */
export const backOff = (attempts: number) => Math.min(3_600_000, 1_000 * 2 ** Math.min(attempts, 12));

/** A seller's answer that leaves the step where it is. */
export const again = (work: Work): Change => ({ step: work.step, wait: backOff(work.attempts) });
