import { dayNumber } from "../base/day.ts";
import { type Fragment, sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { isFree } from "../base/lease.ts";
import type { Answer, Criteria } from "../flight.ts";
import { doubtful } from "../rule.ts";
import { keptDays, type PricePoint, usual } from "./history.ts";
import { isFare, isOfSource } from "./match.ts";

/** A check that is recorded afterwards: minor units; a price with the statuses ok and partial alone. */
export type PastCheck = { at: Date; status: Answer["status"]; price: number | null };

/** What a fare's row says of its checks until now. Instants are UTC milliseconds, prices minor units. */
export type Recorded = {
  id: string;
  fence: string;
  /** A sweep checks it: a watch refers to it. */
  isDue: boolean;
  /** Its prices came from another provider before. */
  isMoved: boolean;
  checkedAt: number | null;
  /** The first observation. */
  earliest: number | null;
  status: Answer["status"] | null;
  attempts: number;
  price: number | null;
  pricedAt: number | null;
  changedAt: number | null;
  lowest: number | null;
  highest: number | null;
  doubtful: boolean;
  near: boolean | null;
  days: number[];
  dayLows: number[];
  empties: number[];
};

const keptEmpties = 5;

/** Adds the fares of these questions that are not there yet, at rest: no sweep checks them. */
export async function addAtRest(questions: Criteria[], at: Date): Promise<void> {
  await sql`
    insert into fares
      (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency,
       created_at)
    select ids.id,
           ${columns(sql`asked`)},
           ${at}::timestamptz
      from ${ask(questions)}
      join unnest(${questions.map(() => newId("far", at)).sort()}::text[]) with ordinality as ids (id, number)
        using (number)
     where not exists (select from fares where ${isAsked})
     order by asked.origin, asked.destination, asked.departure_date, asked.return_date`;
}

/** Reads the fares of these questions, in their order; null for one that is not there or has another provider's prices. */
export async function readRecorded(questions: Criteria[], source: string): Promise<(Recorded | null)[]> {
  const ms = (moment: Fragment) => sql`(extract(epoch from ${moment}) * 1000)::float8`;
  const rows = (await sql`
    select asked.number::int as number,
           fares.id,
           fares.fence::text,
           fares.due_at is not null as "isDue",
           fares.source_since is not null as "isMoved",
           ${ms(sql`fares.checked_at`)} as "checkedAt",
           ${ms(sql`earliest.at`)} as earliest,
           fares.status,
           fares.attempts,
           fares.price::float8,
           ${ms(sql`fares.priced_at`)} as "pricedAt",
           ${ms(sql`fares.changed_at`)} as "changedAt",
           fares.lowest::float8,
           fares.highest::float8,
           fares.doubtful,
           fares.near,
           fares.days,
           fares.day_lows::float8[] as "dayLows",
           array(select ${ms(sql`empties.at`)} from unnest(fares.empties) with ordinality as empties (at, number)
                  order by empties.number) as empties
      from ${ask(questions)}
      join fares on ${isAsked}
      left join lateral (
             select price_observations.at
               from price_observations
              where price_observations.fare_id = fares.id
              order by price_observations.at
              limit 1
           ) as earliest on true
     where ${isOfSource(source)}`) as (Recorded & { number: number })[];
  const byNumber = new Map(rows.map(({ number, ...fare }) => [number, fare]));
  return questions.map((_, index) => byNumber.get(index + 1) ?? null);
}

/**
 * Records checks of the past, in order of time and all before the first or after the last recorded one, with the
 * observations and the summary that sweeps at those moments would have written. One statement: for each fare all of it
 * or nothing. Skips a fare that was claimed, checked or recorded since it was read (its fence has risen), that a worker
 * holds, or that is due by now although the checks are after its last one. Judges no watch.
 * @returns the ids of the fares that were written
 */
export async function record(
  source: string,
  confirmable: boolean,
  pasts: { fare: Recorded; checks: PastCheck[] }[],
): Promise<Set<string>> {
  const folded = await Promise.all(pasts.map(async ({ fare, checks }) => fold(fare, checks)));
  const checks = pasts.flatMap(({ fare, checks }) => checks.map((check) => ({ fareId: fare.id, ...check })));
  const moment = (at: number | null) => at && new Date(at).toISOString();
  const rows = await sql`
    with given as (
      select *
        from unnest(
               ${folded.map((fare) => fare.id)}::text[],
               ${folded.map((fare) => fare.fence)}::bigint[],
               ${pasts.map(({ checks }) => checks.length)}::int[],
               ${folded.map((fare) => fare.isLater)}::boolean[],
               ${folded.map((fare) => moment(fare.checkedAt))}::timestamptz[],
               ${folded.map((fare) => fare.status)}::text[],
               ${folded.map((fare) => fare.attempts)}::int[],
               ${folded.map((fare) => fare.price)}::bigint[],
               ${folded.map((fare) => moment(fare.pricedAt))}::timestamptz[],
               ${folded.map((fare) => moment(fare.changedAt))}::timestamptz[],
               ${folded.map((fare) => fare.lowest)}::bigint[],
               ${folded.map((fare) => fare.highest)}::bigint[],
               ${folded.map((fare) => fare.doubtful)}::boolean[],
               ${folded.map((fare) => fare.near)}::boolean[],
               ${folded.map((fare) => `{${fare.days}}`)}::text[],
               ${folded.map((fare) => `{${fare.dayLows}}`)}::text[],
               ${folded.map((fare) => `{${fare.empties.map((at) => new Date(at).toISOString())}}`)}::text[]
             ) as given (id, fence, checks, is_later, checked_at, status, attempts, price, priced_at, changed_at, lowest,
                         highest, doubtful, near, days, day_lows, empties)
    ), held as materialized (
      select given.*
        from (select * from given order by given.id) as given
       cross join lateral (
               select
                 from fares
                where fares.id = given.id
                  and fares.fence = given.fence
                  and ${isOfSource(source)}
                  and ${isFree("fares")}
                  and (fares.due_at is null or not given.is_later)
                  for no key update of fares skip locked
             ) as fare
    ), written as (
      update fares
         set source = ${source},
             -- Each check of a sweep raises it twice.
             fence = fares.fence + 2 * held.checks,
             checked_at = held.checked_at,
             status = held.status,
             attempts = held.attempts,
             price = held.price,
             priced_at = held.priced_at,
             changed_at = held.changed_at,
             lowest = held.lowest,
             highest = held.highest,
             doubtful = held.doubtful,
             near = held.near,
             days = held.days::int[],
             day_lows = held.day_lows::bigint[],
             empties = held.empties::timestamptz[]
        from held
       where fares.id = held.id
      returning fares.id
    ), observed as (
      insert into price_observations (fare_id, at, status, price, provider, confirmable)
      select checks.fare_id,
             checks.at,
             checks.status,
             checks.price,
             ${source},
             ${confirmable}::boolean
        from unnest(
               ${checks.map(({ fareId }) => fareId)}::text[],
               ${checks.map(({ at }) => at.toISOString())}::timestamptz[],
               ${checks.map(({ status }) => status)}::text[],
               ${checks.map(({ price }) => price)}::bigint[]
             ) as checks (fare_id, at, status, price)
        join written on written.id = checks.fare_id
    )
    select written.id
      from written`;
  return new Set(rows.map(({ id }) => String(id)));
}

/** The summary of a fare after these checks, as the settling statement would have made it one by one. */
async function fold(fare: Recorded, checks: PastCheck[]): Promise<Recorded & { isLater: boolean }> {
  const from = fare.checkedAt ?? Number.NEGATIVE_INFINITY;
  const later = checks.filter(({ at }) => at.getTime() > from);
  const ok = checks.flatMap(({ at, status, price }) => (status === "ok" && price !== null ? [{ at: +at, price }] : []));
  const after = { ...fare, isLater: later.length > 0 };
  for (const { at, status } of later) {
    after.checkedAt = at.getTime();
    after.status = status;
    after.attempts = status === "provider_error" || status === "rate_limited" ? after.attempts + 1 : 0;
    if (status === "ok" || status === "partial") after.empties = [];
    if (status === "no_results") after.empties = [...after.empties, at.getTime()].slice(-keptEmpties);
  }
  const lows = new Map(fare.days.map((day, index) => [day, fare.dayLows[index]!]));
  for (const { at, price } of ok) {
    const day = dayNumber(at);
    lows.set(day, Math.min(price, lows.get(day) ?? price));
    after.lowest = Math.min(price, after.lowest ?? price);
    after.highest = Math.max(price, after.highest ?? price);
  }
  const kept = [...lows].sort(([one], [other]) => one - other).slice(-keptDays - 1);
  after.days = kept.map(([day]) => day);
  after.dayLows = kept.map(([, low]) => low);
  let price = fare.price;
  for (const each of ok.filter(({ at }) => at > (fare.pricedAt ?? Number.NEGATIVE_INFINITY))) {
    if (each.price !== price) after.changedAt = each.at;
    price = each.price;
  }
  const last = ok.at(-1);
  if (last && last.at > (fare.pricedAt ?? Number.NEGATIVE_INFINITY)) {
    after.price = last.price;
    after.pricedAt = last.at;
    if (!fare.isDue) after.near = false;
    const mayBe = doubtful(last.price, after.highest);
    after.doubtful = mayBe && doubtful(last.price, usual([...(await readPrices(fare.id)), ...ok], last.at));
  }
  return after;
}

async function readPrices(fareId: string): Promise<PricePoint[]> {
  const rows = await sql`
    select (extract(epoch from price_observations.at) * 1000)::float8 as at,
           price_observations.price::float8
      from price_observations
     where price_observations.fare_id = ${fareId}
       and price_observations.status = 'ok'`;
  return rows as PricePoint[];
}

/** The questions as rows of `asked`, numbered from 1. */
function ask(questions: Criteria[]): Fragment {
  return sql`
             unnest(
               ${questions.map((_, index) => index + 1)}::int[],
               ${questions.map((each) => each.origin)}::text[],
               ${questions.map((each) => each.destination)}::text[],
               ${questions.map((each) => each.departureDate)}::date[],
               ${questions.map((each) => each.returnDate)}::date[],
               ${questions.map((each) => each.cabin)}::text[],
               ${questions.map((each) => each.maxStops)}::smallint[],
               ${questions.map((each) => each.adults)}::smallint[],
               ${questions.map((each) => `{${each.childAges}}`)}::text[],
               ${questions.map((each) => each.infants)}::smallint[],
               ${questions.map((each) => each.currency)}::text[]
             ) as asked (number, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages,
                         infants, currency)`;
}

const columns = (of: Fragment) => sql`
           ${of}.origin,
           ${of}.destination,
           ${of}.departure_date,
           ${of}.return_date,
           ${of}.cabin,
           ${of}.max_stops,
           ${of}.adults,
           ${of}.child_ages::smallint[],
           ${of}.infants,
           ${of}.currency`;

/** The condition that a row of `fares` is the fare of a row of `asked`. */
const isAsked = sql`
             ${isFare}
         and fares.origin = asked.origin
         and fares.destination = asked.destination
         and fares.departure_date = asked.departure_date
         and fares.return_date is not distinct from asked.return_date
         and fares.cabin = asked.cabin
         and fares.max_stops is not distinct from asked.max_stops
         and fares.adults = asked.adults
         and fares.child_ages = asked.child_ages::smallint[]
         and fares.infants = asked.infants
         and fares.currency = asked.currency`;
