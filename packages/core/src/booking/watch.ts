import * as v from "valibot";
import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import type { Criteria, KeptOffer } from "../flight.ts";
import * as Watch from "../watch.ts";
import { missing, moved } from "./read.ts";
import { WatchBooked } from "./schema.ts";

/**
 * Watches the flights of a user's booking from `at` on: told of when they cost less than was paid, by more than a change
 * costs. `id` is that of the watch.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.penalty`, and what making a watch throws
 */
export async function watch(userId: string, booking: string, input: unknown, at: Date, id?: string) {
  const given = v.parse(WatchBooked, input).penalty;
  const [row] = await sql`
    select bookings.offer,
           bookings.total_price::float8 as total,
           bookings.currency
      from bookings
     where bookings.id = ${booking}
       and bookings.user_id = ${userId}`;
  if (!row) throw missing();
  if (row.offer === null) throw moved();
  const { offer, total, currency } = row as Row;
  const { criteria, kept } = offer;
  const penalty = kept.conditions.change?.penalty;
  const known = penalty?.currency === currency ? penalty.total : undefined;
  const asked = given === null ? undefined : Money.toMinor(given.amount, given.currency);
  if (given !== null && given.currency !== currency) throw fault(`must be in ${currency}`);
  const least = known ?? asked;
  if (least === undefined) throw fault("is needed: the airline did not say what a change costs");
  if (least >= total) throw fault("must be less than what was paid");
  const flights = kept.slices.flatMap(({ segments }) =>
    segments.map(({ carrier, flightNumber }) => `${carrier}${flightNumber}`),
  );
  const rules = { target: Money.toInfo(total - least, currency), drop: null };
  return Watch.create(userId, { ...criteria, flights, rules }, at, id);
}

type Row = { offer: { kept: KeptOffer; criteria: Criteria }; total: number; currency: string };

const fault = (detail: string) =>
  new Problem("input", "booking.penalty", "It is not known from which price on a change is worth it.", {
    errors: [{ pointer: "/penalty", detail }],
  });
