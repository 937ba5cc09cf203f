import { daysBetween, msPerDay } from "../base/day.ts";
import { type Fragment, sql, utc } from "../base/db.ts";
import { type Criteria, type StoredAnswer, withoutDeparted } from "../flight.ts";
import { isFare, matchesTerms } from "./match.ts";

/**
 * The condition for observations that define what is usual: the ok ones of the 90 × 24 h before `at`. Both bounds are
 * parameters and not computed in SQL, so that Postgres plans only for the months between them.
 */
export function countedObservations(at: Date): Fragment {
  return sql`price_observations.status = 'ok'
         and price_observations.at >= ${new Date(at.getTime() - 2160 * 3_600_000)}::timestamptz
         and price_observations.at < ${at}::timestamptz`;
}

/**
 * The lead bucket of a departure on the day `today` (since 1970, UTC): 0–7, 8–30, 31–90 or more days before, by UTC's
 * calendar.
 */
export function leadBucketOf(departureDate: string, today: number): number {
  const days = Date.parse(departureDate) / msPerDay - today;
  return [8, 31, 91].filter((from) => days >= from).length;
}

/** The number of paying passengers of a row of `fares`. */
export const payingPassengers = sql`(fares.adults + cardinality(fares.child_ages))`;

/**
 * A share is the price for one paying passenger in 2520ths of a minor unit: a whole number for each party of 1 to 9, so
 * that shares are compared exactly. The total for `paying` passengers is `share × paying / 2520`, rounded down.
 */
export const sharesPerUnit = 2_520;

/**
 * The last answer to a question: its cheapest offer (minor units, null without any), and when it was searched (UTC).
 */
export type LastPrice = { price: number | null; status: StoredAnswer["status"]; searchedAt: string };

/** The age (milliseconds) beyond which a price says too little about today's. */
export const maxPriceAge = 48 * 3_600_000;

/** The last price in a stored answer, if it is not too old at `at`, of a flight that has not left by then. */
export function lastPrice(known: StoredAnswer | undefined, at: Date): LastPrice | undefined {
  if (!known || at.getTime() - Date.parse(known.searchedAt) > maxPriceAge) return undefined;
  const { offers, status, searchedAt } = withoutDeparted(known, at);
  return { price: offers[0]?.total ?? null, status, searchedAt };
}

/** The last answer for one day. */
export type WatchedPrice = LastPrice & { date: string };

/**
 * Selects `WatchedPrice` rows from `source`: those of `days` on which the question, one way or with a stay of the same
 * length, is watched.
 */
export function watchedPrices(question: Criteria, days: string[], source: string, at: Date): Fragment {
  const { departureDate, returnDate } = question;
  const nights = returnDate && daysBetween(departureDate, returnDate);
  return sql`
    select fares.departure_date::text as date,
           fares.price::float8,
           'ok' as status,
           ${utc(sql`fares.priced_at`)} as "searchedAt"
      from fares
     where fares.origin = ${question.origin}
       and fares.destination = ${question.destination}
       and fares.departure_date = any(${days}::date[])
       and fares.return_date is not distinct from fares.departure_date + ${nights}::int
       and ${matchesTerms(question)}
       and ${isFare}
       and fares.source = ${source}
       and fares.status <> 'no_results'
       and fares.priced_at >= ${new Date(at.getTime() - maxPriceAge)}
       and fares.priced_at <= ${at}`;
}
