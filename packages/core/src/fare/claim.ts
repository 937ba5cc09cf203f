import { type Fragment, sql } from "../base/db.ts";
import { raiseFence } from "../base/lease.ts";
import type { Account, Criteria, Wishes } from "../flight.ts";
import { isRecent, selectDue } from "./fair.ts";
import { raiseFloor } from "./floor.ts";
import { isBasket, isWithinDue } from "./match.ts";

/**
 * What a claim returns of a fare or a basket: a summary of its checks so far (minor units, UTC), and the claim's fence.
 */
export type Tracked = {
  id: string;
  fence: string;
  /** Claims in a row without an answer, this one included. */
  attempts: number;
  price: number | null;
  highest: number | null;
  doubtful: boolean;
  /** Whether the price was within 5 % of a watch's trigger; null when that must be computed. */
  near: boolean | null;
  /** Day (UTC, since 1970) and lowest ok price, oldest first. */
  lows: [day: number, low: number][];
  /** A watch has the rule for new lows of this fare. */
  wantsNewLow: boolean;
  /** A watch has the rule for lows of its route. */
  wantsRouteLow: boolean;
};

/**
 * A fare under lease: its criteria, the baskets it belongs to, with the wishes of their watches, and the account that
 * its check is counted against, which owns one of its watches; null for a fare whose first watch is just being added.
 */
export type Claimed = Tracked & {
  /** Claimed for a check on demand: when it would have been priced, and whether the watch has it through a basket. */
  onDemand?: { dueAt: string | null; inBasket: boolean };
  criteria: Criteria;
  baskets: { id: string; wishes: Wishes }[];
  owner: Account | null;
};

/** Two lines of text instead of eighteen columns: a batch has thousands of rows, and parsing each value costs time. */
type Row = {
  id: string;
  watched: boolean;
  fence: string;
  question: string;
  past: string;
  baskets: Claimed["baskets"] | null;
  owner: string | null;
  proven: boolean | null;
  basketsDue: boolean;
  onDemand?: NonNullable<Claimed["onDemand"]>;
};

/**
 * How long a worker may keep a fare (seconds): longer than any batch takes, short enough that the fares of a dead
 * worker are soon due again.
 */
const leaseSeconds = 120;

/**
 * Claims up to `limit` due fares, the longest due first, fairly between owners (`selectDue`). Two workers never hold the
 * same fare, and each claim raises the fence, so that an overtaken worker cannot write. A fare without watches stops
 * being due, except one whose row was written after this statement's snapshot: that transaction may have added its first
 * watch.
 * @returns the fares, whether more may be due, and whether a basket is due that was left from before (null where no
 * fare was due to tell)
 */
export async function claim(
  at: Date,
  limit: number,
): Promise<{ fares: Claimed[]; more: boolean; basketsDue: boolean | null }> {
  const rows = await claimRows(at, selectDue(at, limit), { beside: raiseFloor(at, limit) });
  return {
    fares: rows.flatMap((row) => (row.watched ? [toClaimed(row)] : [])),
    more: rows.length === limit,
    basketsDue: rows[0]?.basketsDue ?? null,
  };
}

/**
 * Claims the rows that `due` locks and selects; `beside` are further parts of the statement. The lease runs on
 * Postgres's clock, because the clocks of workers may differ.
 */
export function claimStatement(at: Date, due: Fragment, columns: Fragment, beside = sql``) {
  return sql`
    with due as materialized (${due}) ${beside}
    update fares
       set claimed_until = case when due.watched then now() + make_interval(secs => ${leaseSeconds}) end,
           due_at = case when due.watched then least(fares.due_at, ${at}::timestamptz) end,
           ${raiseFence("fares")}
      from due
     where fares.id = due.id
       and ${isRecent(sql`fares.fence`, sql`due.fence`)}
    returning fares.id,
              due.watched,
              fares.fence::text,
              concat_ws(
                ' ',
                fares.attempts,
                coalesce(fares.price::text, '-'),
                coalesce(fares.highest::text, '-'),
                fares.doubtful::int,
                coalesce(fares.near::int::text, '-'),
                (
                  select coalesce(max(watch_fares.wake_new_low::int), 0) || ' ' || coalesce(max(watch_fares.wake_route_low::int), 0)
                    from watch_fares
                   where watch_fares.fare_id = fares.id
                     and (watch_fares.wake_new_low or watch_fares.wake_route_low)
                ),
                array_to_string(fares.days[greatest(1, cardinality(fares.days) - 14):], ' '),
                array_to_string(fares.day_lows[greatest(1, cardinality(fares.days) - 14):], ' ')
              ) as past,
              ${columns}`;
}

/**
 * `also` is a watch whose basket counts even if it is paused; `beside` are further parts of the statement, and `more`
 * further columns.
 */
export async function claimRows(
  at: Date,
  due: Fragment,
  { also = null, beside = sql``, more = sql`` }: { also?: string | null; beside?: Fragment; more?: Fragment } = {},
): Promise<Row[]> {
  const rows = await claimStatement(
    at,
    due,
    sql`
              ${criteriaText} as question,
              due.owner,
              due.proven,
              case when exists (select from basket_fares where basket_fares.fare_id = fares.id offset 0) then (
                select json_agg(
                         json_build_object('id', baskets.id, 'wishes', baskets.basket::json -> 'wishes') order by baskets.id
                       )
                  from basket_fares
                  join fares as baskets on baskets.id = basket_fares.basket_id
                 where basket_fares.fare_id = fares.id
                   and (
                         exists (select from watch_fares where watch_fares.fare_id = baskets.id and watch_fares.live)
                         or exists (select from watch_fares where watch_fares.fare_id = baskets.id and watch_fares.watch_id = ${also})
                       )
              ) end as baskets,
              (
                select exists (select from fares where ${isBasket} and ${isWithinDue(at)})
              ) as "basketsDue"
              ${more}`,
    beside,
  );
  return rows as Row[];
}

/** A fare's criteria as one line of text, which `criteriaOf` parses. */
export const criteriaText = sql`
              concat_ws(
                ' ',
                fares.origin,
                fares.destination,
                fares.departure_date,
                coalesce(fares.return_date::text, '-'),
                fares.cabin,
                coalesce(fares.max_stops::text, '-'),
                fares.adults,
                fares.infants,
                fares.currency,
                array_to_string(fares.child_ages, ' ')
              )`;

export function toClaimed(row: Row): Claimed {
  const { question, baskets, owner, proven } = row;
  const account = owner === null ? null : { userId: owner, proven: proven === true };
  const claimed = { ...toTracked(row), criteria: criteriaOf(question), baskets: baskets ?? [], owner: account };
  return row.onDemand ? { ...claimed, onDemand: row.onDemand } : claimed;
}

export function criteriaOf(question: string): Criteria {
  const [origin, destination, departureDate, returnDate, cabin, maxStops, adults, infants, currency, ...ages] =
    question.split(" ") as [string, string, string, string, Criteria["cabin"], ...string[]];
  return {
    origin,
    destination,
    departureDate,
    returnDate: returnDate === "-" ? null : returnDate,
    cabin,
    maxStops: numberOf(maxStops),
    adults: Number(adults),
    childAges: ages.filter(Boolean).map(Number),
    infants: Number(infants),
    currency: currency!,
  };
}

export function toTracked({ id, fence, past }: Pick<Row, "id" | "fence" | "past">): Tracked {
  const [attempts, price, highest, doubtful, near, newLow, routeLow, ...lows] = past.split(" ");
  const count = lows.length / 2;
  return {
    id,
    fence,
    attempts: Number(attempts),
    price: numberOf(price),
    highest: numberOf(highest),
    doubtful: doubtful === "1",
    near: near === "-" ? null : near === "1",
    wantsNewLow: newLow === "1",
    wantsRouteLow: routeLow === "1",
    lows: lows.slice(0, count).map((day, at) => [Number(day), Number(lows[count + at])]),
  };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || text === "-" ? null : Number(text);
}
