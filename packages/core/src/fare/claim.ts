import { type Fragment, sql } from "../base/db.ts";
import { raiseFence } from "../base/lease.ts";
import type { Account, Criteria, Wishes } from "../flight.ts";
import { isRecent, selectDue } from "./fair.ts";
import { raiseFloor } from "./floor.ts";
import type { DayLows } from "./history.ts";
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
  lows: DayLows;
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

/** Two lines of text instead of many columns: a batch has thousands of rows, and each value of each costs time. */
type Row = {
  /** What `toTracked` reads. */
  tracked: string;
  /** Whether a basket is due, the owner, whether its address is proven, and what `criteriaOf` reads. */
  asked: string;
  baskets: Claimed["baskets"] | null;
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
    fares: rows.map(toClaimed).filter((fare) => fare !== null),
    more: rows.length === limit,
    basketsDue: rows[0] ? rows[0].asked.startsWith("1") : null,
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
    returning concat_ws(
                ' ',
                fares.id,
                fares.fence,
                due.watched::int,
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
              ) as tracked,
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
              concat_ws(
                ' ',
                (select exists (select from fares where ${isBasket} and ${isWithinDue(at)}))::int,
                coalesce(due.owner, '-'),
                coalesce(due.proven, false)::int,
                ${criteriaTexts}
              ) as asked,
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
              ) end as baskets
              ${more}`,
    beside,
  );
  return rows as Row[];
}

/** A fare's criteria, joined by blanks, are what `criteriaOf` reads. */
const criteriaTexts = sql`
                fares.origin,
                fares.destination,
                fares.departure_date,
                coalesce(fares.return_date::text, '-'),
                fares.cabin,
                coalesce(fares.max_stops::text, '-'),
                fares.adults,
                fares.infants,
                fares.currency,
                array_to_string(fares.child_ages, ' ')`;

/** A fare's criteria as one line of text, which `criteriaOf` reads. */
export const criteriaText = sql`concat_ws(' ', ${criteriaTexts})`;

/** Null for a fare that is not watched. */
export function toClaimed({ tracked, asked, baskets, onDemand }: Row): Claimed | null {
  const past = toTracked(tracked);
  if (!past) return null;
  const [, owner, proven, ...question] = asked.split(" ") as [string, string, string, ...string[]];
  const { id, fence, attempts, price, highest, doubtful, near, lows, wantsNewLow, wantsRouteLow } = past;
  // Field by field: a spread of thousands of objects, to which fields are added, takes several times as long.
  return {
    id,
    fence,
    attempts,
    price,
    highest,
    doubtful,
    near,
    lows,
    wantsNewLow,
    wantsRouteLow,
    criteria: criteriaOf(question),
    baskets: baskets ?? [],
    owner: owner === "-" ? null : { userId: owner, proven: proven === "1" },
    ...(onDemand && { onDemand }),
  };
}

export function criteriaOf(question: string[]): Criteria {
  const [origin, destination, departureDate, returnDate, cabin, maxStops, adults, infants, currency, ...ages] =
    question as [string, string, string, string, Criteria["cabin"], ...string[]];
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

/** Null for a fare or a basket that is not watched. */
export function toTracked(text: string): Tracked | null {
  const [id, fence, watched, attempts, price, highest, doubtful, near, newLow, routeLow, ...lows] = text.split(" ") as [
    string,
    string,
    string,
    ...string[],
  ];
  if (watched === "0") return null;
  // Two empty lists are two empty texts.
  const count = lows[0] ? lows.length / 2 : 0;
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
    lows: { days: lows.slice(0, count).map(Number), prices: lows.slice(count, 2 * count).map(Number) },
  };
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || text === "-" ? null : Number(text);
}
