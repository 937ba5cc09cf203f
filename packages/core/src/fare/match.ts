import { type Fragment, sql } from "../base/db.ts";
import { isFree } from "../base/lease.ts";
import type { Criteria } from "../flight.ts";

/** The condition that a row of `fares` is one fare. The partial indexes of fares have the same text. */
export const isFare = sql`fares.basket is null`;

/** The condition that a row of `fares` is a basket. */
export const isBasket = sql`fares.basket is not null`;

/**
 * The condition that a row of `fares` has prices, and not from `source`: two ranges of one index, which are empty once
 * all prices come from there.
 */
export function isOfOtherSource(source: string): Fragment {
  return sql`(fares.source < ${source} or fares.source > ${source})`;
}

/** The condition that a fare has these cabin, stops, party and currency: a question without its places and days. */
export function matchesTerms({
  cabin,
  maxStops,
  adults,
  childAges,
  infants,
  currency,
}: Omit<Criteria, Journey>): Fragment {
  return sql`
             fares.cabin = ${cabin}
         and fares.max_stops is not distinct from ${maxStops}::smallint
         and fares.adults = ${adults}
         and fares.child_ages = ${childAges}::smallint[]
         and fares.infants = ${infants}
         and fares.currency = ${currency}`;
}

type Journey = "origin" | "destination" | "departureDate" | "returnDate";

/** The condition that a row of `fares` is the fare of this question. */
export function matchesQuestion(question: Criteria): Fragment {
  return sql`
             ${isFare}
         and fares.origin = ${question.origin}
         and fares.destination = ${question.destination}
         and fares.departure_date = ${question.departureDate}
         and fares.return_date is not distinct from ${question.returnDate}::date
         and ${matchesTerms(question)}`;
}

/** The condition that a row of `fares` is the fare of a row of `asked`, which has places and days. */
export function matchesAsked(terms: Omit<Criteria, Journey>): Fragment {
  return sql`
             ${isFare}
         and fares.origin = asked.origin
         and fares.destination = asked.destination
         and fares.departure_date = asked.departure_date
         and fares.return_date is not distinct from asked.return_date
         and ${matchesTerms(terms)}`;
}

/** The condition that a row of `fares` has no price yet, or prices from `source`. */
export function isOfSource(source: string): Fragment {
  return sql`(fares.source is null or fares.source = ${source})`;
}

/**
 * The condition that a row of `fares` has a due time. It names the floor below which nothing is due, because a long
 * transaction keeps the index entries of earlier checks, all of which lie below.
 */
export const isAboveFloor = sql`
             fares.due_at >= coalesce((select due_floor.moment from due_floor), '-infinity')`;

/** The condition that a row of `fares` is due at `at`. */
export const isWithinDue = (at: Date) => sql`${isAboveFloor}
         and fares.due_at <= ${at}::timestamptz`;

/** The condition that a row of `fares` is due at `at`, is held by no worker, and was not checked at `at` already. */
export const isDue = (at: Date) => sql`
             ${isWithinDue(at)}
         and ${isFree("fares")}
         and (fares.checked_at is null or fares.checked_at < ${at}::timestamptz)`;
