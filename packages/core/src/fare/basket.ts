import { type Fragment, sql } from "../base/db.ts";
import { isFree, lockFree } from "../base/lease.ts";
import type { Criteria } from "../flight.ts";
import { claimStatement, criteriaOf, criteriaText, type Tracked, toTracked } from "./claim.ts";
import { isNewer } from "./fair.ts";
import { isBasket, isDue } from "./match.ts";

/** The last price of one fare within a basket (minor units, UTC milliseconds), and the offer it belongs to. */
export type Member = {
  fareId: string;
  criteria: Criteria;
  status: "ok" | "partial" | "no_results" | "provider_error" | "rate_limited" | null;
  checkedAt: number | null;
  price: number | null;
  pricedAt: number | null;
  provider: string | null;
  reference: string | null;
  /** It is put off, because no call was left for it. */
  isPutOff: boolean;
};

/** A basket under lease, with its fares. */
export type Basket = Tracked & { members: Member[] };

type Row = {
  tracked: string;
  members: (Omit<Member, "criteria"> & { question: string })[];
};

/**
 * The longest that a basket waits for its due fares to be priced (minutes): under heavy load some fare is always due.
 */
const maxWaitMinutes = 10;

/**
 * Claims up to `limit` baskets with a fare that was priced since the basket was last judged, once none of their fares
 * is due or claimed. A basket without watches stops being due.
 * @returns the baskets, and whether more may be due
 */
export async function claimBaskets(at: Date, limit: number): Promise<{ baskets: Basket[]; more: boolean }> {
  const rows = await claimRows(
    at,
    sql`
      select fares.id,
             fares.fence,
             exists (select from watch_fares where watch_fares.fare_id = fares.id and watch_fares.live offset 0)
               or ${isNewer} as watched
        from fares
       where ${isBasket}
         and ${isDue(at)}
         and not exists (
               select
                 from basket_fares
                 join fares as members on members.id = basket_fares.fare_id
                where basket_fares.basket_id = fares.id
                  and (
                        members.claimed_until >= now()
                        or fares.due_at > ${at}::timestamptz - make_interval(mins => ${maxWaitMinutes})
                           and members.due_at <= ${at}::timestamptz
                           and (members.checked_at is null or members.checked_at < ${at}::timestamptz)
                      )
             )
       order by fares.due_at
       limit ${limit}
         ${lockFree("fares")}`,
  );
  return { baskets: rows.map(toBasket).filter((basket) => basket !== null), more: rows.length === limit };
}

/**
 * Claims the basket of a user's watch, marked or not, unless another worker has it or it was already judged at `at`.
 */
export async function claimBasketForWatch(userId: string, watchId: string, at: Date): Promise<Basket | undefined> {
  const [row] = await claimRows(
    at,
    sql`
      select fares.id,
             fares.fence,
             true as watched
        from fares
        join watch_fares on watch_fares.fare_id = fares.id
        join price_watches on price_watches.id = watch_fares.watch_id
       where price_watches.id = ${watchId}
         and price_watches.user_id = ${userId}
         and price_watches.ended_at is null
         and ${isBasket}
         and ${isFree("fares")}
         and (fares.checked_at is null or fares.checked_at < ${at}::timestamptz)
         ${lockFree("fares")}`,
  );
  return (row && toBasket(row)) ?? undefined;
}

/**
 * Makes fares due at `at` whose old price would give an alert, and releases their baskets, to be judged after that. A
 * fare whose row is locked is being settled, which marks its baskets anyway.
 */
export async function rescheduleBaskets(
  baskets: { id: string; fence: string; fareId: string }[],
  at: Date,
): Promise<void> {
  await sql`
    with given as materialized (
      select given.*
        from unnest(
               ${baskets.map(({ id }) => id)}::text[],
               ${baskets.map(({ fence }) => fence)}::bigint[],
               ${baskets.map(({ fareId }) => fareId)}::text[]
             ) as given (id, fence, fare_id)
        join fares on fares.id = given.id and fares.fence = given.fence
       order by given.id
         for no key update of fares
    ), recalled as (
      update fares
         set due_at = ${at}
       where fares.id in (
               select fares.id
                 from given
                 join fares on fares.id = given.fare_id
                where fares.due_at is null or fares.due_at > ${at}::timestamptz
                  ${lockFree("fares")}
             )
    )
    update fares
       set claimed_until = null
      from given
     where fares.id = given.id`;
}

async function claimRows(at: Date, due: Fragment): Promise<Row[]> {
  const moment = (column: Fragment) => sql`(extract(epoch from ${column}) * 1000)::float8`;
  const rows = await claimStatement(
    at,
    due,
    sql`
              (
                select json_agg(
                         json_build_object(
                           'fareId', members.id,
                           'question', members.question,
                           'status', basket_fares.status,
                           'checkedAt', ${moment(sql`basket_fares.checked_at`)},
                           'price', basket_fares.price,
                           'pricedAt', ${moment(sql`basket_fares.priced_at`)},
                           'provider', basket_fares.provider,
                           'reference', basket_fares.reference,
                           'isPutOff', members.is_put_off
                         ) order by members.id
                       )
                  from basket_fares
                  join lateral (
                         select fares.id,
                                ${criteriaText} as question,
                                coalesce(fares.due_because = 'limit' and fares.due_at > ${at}::timestamptz, false) as is_put_off
                           from fares
                          where fares.id = basket_fares.fare_id
                       ) as members on true
                 where basket_fares.basket_id = fares.id
              ) as members`,
  );
  return rows as Row[];
}

function toBasket({ members, tracked }: Row): Basket | null {
  const past = toTracked(tracked);
  const read = () =>
    members.map(({ question, ...member }) => ({ ...member, criteria: criteriaOf(question.split(" ")) }));
  return past && { ...past, members: read() };
}
