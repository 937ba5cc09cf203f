import * as v from "valibot";
import { type Fragment, sql, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { namesOfOffers, type Refund } from "../flight.ts";
import * as Moved from "../moved.ts";
import * as Payment from "../payment.ts";
import { isOpen } from "./airline.ts";
import type { FlightData } from "./kept.ts";
import { comesBack } from "./ledger.ts";
import { openOrder, openPassengers } from "./order.ts";
import {
  type AirlineChange,
  type ChangeOffer,
  type Info,
  type Listed,
  Query,
  type Quote,
  type Status,
} from "./schema.ts";
import type { Work } from "./work.ts";

type ListedRow = {
  id: string;
  reference: string;
  status: Status;
  payment: Info["payment"];
  because: string | null;
  total: number;
  currency: string;
  simulated: boolean;
  hold: boolean;
  travelers: number;
  flights: FlightData;
  departsAt: string | null;
  arrivesAt: string | null;
  payBy: string | null;
  priceUntil: string | null;
  createdAt: string;
  moved: Listed["moved"];
};

const listedColumns = sql`
           bookings.id,
           bookings.booking_reference as reference,
           bookings.status,
           bookings.payment,
           bookings.because,
           bookings.total_price::float8 as total,
           bookings.currency,
           bookings.simulated,
           bookings.hold,
           jsonb_array_length(bookings.passenger_data) as travelers,
           bookings.flight_data as flights,
           ${utc(sql`bookings.departs_at`)} as "departsAt",
           ${utc(sql`bookings.arrives_at`)} as "arrivesAt",
           ${utc(sql`bookings.pay_by`)} as "payBy",
           ${utc(sql`bookings.price_until`)} as "priceUntil",
           ${utc(sql`bookings.created_at`)} as "createdAt",
           ${Moved.of("bookings", sql`bookings.legacy_id`)} as moved`;

function toListed({ flights, total, currency, ...row }: ListedRow): Listed {
  return { ...row, total: Money.toInfo(total, currency), ...flownOf(flights) };
}

export function flownOf(flights: FlightData): Pick<Listed, "journey" | "slices"> {
  const { origin, destination, departureDate = null, returnDate = null, airline = null, slices = [] } = flights;
  return { journey: { origin, destination, departureDate, returnDate, airline }, slices };
}

/** Names the places of flights, and those of the journeys whose flights are not known. */
export const namesOfBookings = (bookings: Pick<Listed, "journey" | "slices">[]) =>
  namesOfOffers(
    bookings,
    bookings.flatMap(({ journey }) => [journey.origin, journey.destination]),
  );

/** The order of a list: by departure, then by id. A booking without a departure, moved in, counts by its making. */
const moment = sql`coalesce(bookings.departs_at, bookings.created_at)`;
const key = sql`to_char(${moment} at time zone 'utc', 'YYYYMMDDHH24MISS') || ' ' || bookings.id`;
const keyShape = /^\d{14} bkg_[0-9a-z]{26}$/;

/**
 * Lists a user's bookings at `at`: those of journeys to come, the next first, or of past ones, the last first.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(userId: string, query: Query, at: Date) {
  const { limit, cursor, when, status } = v.parse(Query, query);
  const after = decodeCursor(cursor, keyShape);
  const ends = sql`coalesce(bookings.arrives_at, bookings.created_at)`;
  const [isWanted, order, follows]: [Fragment, Fragment, Fragment] =
    when === "upcoming"
      ? [sql`${ends} > ${at}`, sql`key`, sql`key > ${after}`]
      : [sql`${ends} <= ${at}`, sql`key desc`, sql`key < ${after}`];
  const rows = (await sql`
    select *
      from (
             select ${listedColumns},
                    ${key} as key
               from bookings
              where bookings.user_id = ${userId}
                and ${isWanted}
                ${status === undefined ? sql`` : sql`and bookings.status = ${status}`}
           ) as listed
     where ${after === null ? sql`true` : follows}
     order by ${order}
     limit ${limit + 1}`) as (ListedRow & { key: string })[];
  const { items, nextCursor } = toPage(rows, limit, (row) => row.key);
  const listed = items.map(({ key: _, ...row }) => toListed(row));
  return { items: listed, nextCursor, ...(await namesOfBookings(listed)) };
}

type Row = ListedRow & {
  userId: string;
  sealed: string | null;
  passengers: { sealed: string }[];
  terms: string | null;
  cancellation: Refund | null;
  paymentIntent: string | null;
  sellerOrder: string | null;
  step: string | null;
  sellerActions: string[] | null;
  change: Work["change"];
  airlineChanges: Work["airlineChanges"];
  events: { at: string; kind: string }[];
};

/** A user's booking at `at`, with what is sealed of it. @throws Problem `booking.missing` (also for another user's) */
export async function get(userId: string, id: string, at: Date): Promise<Info> {
  const [row] = await selectOne(userId, id);
  if (!row) throw missing();
  return toInfo(row, userId, at);
}

/** The booking that `selectOne` has read. */
export async function toInfo(found: Record<string, unknown>, userId: string, at: Date): Promise<Info> {
  const row = found as Row;
  const { change: asked, airlineChanges: told } = row;
  const booked = toListed(row);
  const others = [
    ...(asked?.offers ?? []),
    ...told.flatMap(({ removed, added }) => [{ slices: removed }, { slices: added }]),
  ];
  const [order, passengers, names] = await Promise.all([
    openOrder(row.id, userId, row.sealed),
    openPassengers({ ...row, userId }),
    namesOfBookings([booked, ...others.map(({ slices }) => ({ journey: booked.journey, slices }))]),
  ]);
  const { sealed: _, passengers: __, paymentIntent, sellerOrder: ____, step, userId: ___, ...shown } = row;
  const { cancellation, terms, events, sellerActions: _____, change, airlineChanges, ...listed } = shown;
  const awaited =
    row.status === "action_required" ? paymentIntent : step === "change_act" ? change?.chosen?.intent : null;
  return {
    ...toListed(listed),
    airlineReference: order.reference,
    tickets: order.tickets,
    passengers: (passengers ?? []).map(({ givenName, familyName, kind }) => ({ givenName, familyName, kind })),
    terms,
    cancellation: cancellation && toQuote(cancellation),
    change: change && {
      offers: change.offers.map((offer) => toChangeOffer(row, offer)),
      chosen: change.chosen?.offer ?? null,
    },
    airlineChanges: airlineChanges.map(toAirlineChange),
    working: step !== null && !waiting.has(step),
    actions: actionsOf(row, at),
    challenge: awaited ? await Payment.challengeOf(awaited) : null,
    events,
    ...names,
  };
}

/** The statement that reads a user's booking. */
export const selectOne = (userId: string, id: string) => sql`
    select ${listedColumns},
           bookings.user_id as "userId",
           bookings.sealed,
           bookings.passenger_data as passengers,
           bookings.terms_version as terms,
           bookings.cancellation,
           bookings.payment_intent as "paymentIntent",
           bookings.seller_order as "sellerOrder",
           bookings.step,
           bookings.seller_actions as "sellerActions",
           bookings.change,
           bookings.airline_changes as "airlineChanges",
           (
             select coalesce(jsonb_agg(jsonb_build_object('at', ${utc(sql`each.at`)}, 'kind', each.kind) order by each.number), '[]')
               from booking_events as each
              where each.booking_id = bookings.id
           ) as events
      from bookings
     where bookings.id = ${id}
       and bookings.user_id = ${userId}`;

export const missing = () => new Problem("missing", "booking.missing", "There is no such booking.");

/** For what needs the flights or the order of a booking that was moved in. */
export const moved = () =>
  new Problem(
    "conflict",
    "booking.moved",
    "This booking was made with the application before: its flights and its order are not known here.",
  );

/** The steps that wait for the owner, a moment, or the answer of the seller or the bank. */
const waiting = new Set(["act", "change_act", "find", "lapse", "refund", "remind"]);

type Standing = Pick<
  Row,
  "status" | "payment" | "sellerOrder" | "step" | "departsAt" | "sellerActions" | "airlineChanges"
>;

/** What its owner may do with a booking at `at`. One that was moved in has no order here to be changed or cancelled. */
export function actionsOf(row: Standing, at: Date): Info["actions"] {
  const isAhead = (row.departsAt ?? "") > at.toISOString();
  if (row.status === "action_required" || row.step === "change_act") return ["confirm_payment"];
  if (row.status === "held" && row.step === "lapse") return ["pay", "cancel"];
  const isAtRest = row.status === "confirmed" && (row.step === null || row.step === "remind");
  if (row.sellerOrder === null || !isAtRest || !isAhead) return [];
  // What is not paid yet, or was not given back, is seen to by a person first.
  const isChangeable = row.payment === "paid" && mayChange(row);
  const isAcceptable = row.airlineChanges.some(mayAccept);
  return [
    ...(isChangeable ? (["change"] as const) : []),
    ...(isAcceptable ? (["accept_change"] as const) : []),
    "cancel",
  ];
}

/** Whether the seller lets an order be changed. One that was not asked may. */
export const mayChange = ({ sellerActions }: Pick<Row, "sellerActions">) => sellerActions?.includes("change") ?? true;

export const mayAccept = (change: Work["airlineChanges"][number]) =>
  isOpen(change) && change.actions.includes("accept");

function toAirlineChange(change: Work["airlineChanges"][number]): AirlineChange {
  const { id, at, removed, added, taken, accepting } = change;
  const known = (["accepted", "cancelled", "changed"] as const).find((one) => one === taken);
  const state = taken === null ? (accepting ? "accepting" : "open") : (known ?? "changed");
  return { id, at, removed, added, state, acceptable: mayAccept(change) };
}

type Offered = NonNullable<Work["change"]>["offers"][number];

/** What the card pays for a change, and what comes back, in minor units. */
export const sidesOf = ({ due }: Pick<Offered, "due">) => ({
  charge: Money.toInfo(Math.max(0, due.total), due.currency),
  refund: Money.toInfo(Math.max(0, -due.total), due.currency),
});

export function toChangeOffer({ total }: Pick<Row, "total">, offer: Offered): ChangeOffer {
  const { id, slices, due, penalty, to, expiresAt } = offer;
  return {
    id,
    slices,
    ...sidesOf(offer),
    to: due.total >= 0 ? "none" : destinationOf(to),
    penalty: penalty && Money.toInfo(penalty.total, penalty.currency),
    total: Money.toInfo(total + due.total, due.currency),
    expiresAt,
  };
}

const destinations: Record<string, Quote["to"]> = {
  awaiting_payment: "none",
  voucher: "credits",
  airline_credits: "credits",
};

const destinationOf = (to: string | null): Quote["to"] =>
  comesBack(to) ? "card" : (destinations[to ?? ""] ?? "unknown");

/** Where what the seller gives back goes: only what comes back to our balance can go to the card. */
export function toQuote({ id, refund, to, expiresAt }: Refund): Quote {
  const known = refund === null ? null : Money.toInfo(refund.total, refund.currency);
  return { id, refund: known, to: refund?.total === 0 ? "none" : destinationOf(to), expiresAt };
}
