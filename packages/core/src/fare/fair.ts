import { type Fragment, sql } from "../base/db.ts";
import { lockFree } from "../base/lease.ts";
import { isDue, isFare } from "./match.ts";

/** The most watches of one fare whose owners are asked for its checks: the cost of a claim ends there. */
const maxAsked = 200;

/**
 * Selects the owner of a row of `fares`: the user of a live watch of it, by itself or through a basket, for whom `fits`
 * is true. Of several each is as likely as another, so that the checks of a shared fare are shared. Null without one.
 */
function selectOwner(fits: Fragment): Fragment {
  const joined = (fare: Fragment) => sql`
                 join price_watches on price_watches.id = watch_fares.watch_id
                where ${fare} = fares.id
                  and watch_fares.live
                  and ${fits}
                limit ${maxAsked}`;
  // An array costs less than to sort each fare's watches in a random order. Of none its first is null.
  const any = (users: Fragment) => sql`(
                 select asked.users[1 + floor(random() * cardinality(asked.users))::int]
                   from (select array(${users}) as users offset 0) as asked
               )`;
  return sql`
             coalesce(
               ${any(sql`
                 select price_watches.user_id
                   from watch_fares
                 ${joined(sql`watch_fares.fare_id`)}`)},
               ${any(sql`
                 select price_watches.user_id
                   from basket_fares
                   join watch_fares on watch_fares.fare_id = basket_fares.basket_id
                 ${joined(sql`basket_fares.fare_id`)}`)}
             )`;
}

/**
 * The condition that the locked row of `fares` is newer than this statement's snapshot: it may be of a transaction that
 * adds its first watch.
 */
export const isNewer = sql`
               fares.xmin is distinct from (
                 select seen.xmin
                   from fares as seen
                  where seen.id = fares.id
                    and ${isRecent(sql`seen.fence`, sql`fares.fence`)}
               )`;

/**
 * The condition that finds the row version with a known fence, or with one that a claim and a settling or two have
 * raised since: a range of one index. A look-up by id alone reads all versions that a long transaction keeps.
 */
export function isRecent(fence: Fragment, known: Fragment): Fragment {
  return sql`${fence} between ${known} - 4 and ${known}`;
}

/** How many batches of due fares are looked through for those of other owners: the cost of a claim ends there as well. */
const maxLooked = 40;

/** An owner with more of a batch than this part of it gives way to the other owners. */
const largestPart = 0.1;

/**
 * Locks and selects up to `limit` due fares: the longest due first, but of one owner's no more than a tenth while
 * others have due fares. Where more are due than fit, the owners with more than that in the first `limit` are the
 * `heavy` ones; what they hold beyond their part is given to the due fares of others, and only what these leave is
 * theirs again.
 */
export function selectDue(at: Date, limit: number): Fragment {
  const part = Math.max(1, Math.floor(limit * largestPart));
  const lightOwner = selectOwner(sql`price_watches.user_id not in (select heavy.owner from heavy)`);
  return sql`
      with first as materialized (
        select fares.id,
               fares.fence,
               fares.due_at,
               found.owner,
               found.owner is null and ${isNewer} as newer
          from fares
         cross join lateral (
                 select ${selectOwner(sql`true`)} as owner offset 0
               ) as found
         where ${isFare}
           and ${isDue(at)}
         order by fares.due_at
         limit ${limit}
           ${lockFree("fares")}
      ), heavy as materialized (
        select first.owner
          from first
         where first.owner is not null
           and (select count(*) from first) = ${limit}
         group by first.owner
        having count(*) > ${part}
      ), turns as materialized (
        select first.*,
               row_number() over (partition by first.owner order by first.due_at) as turn
          from first
         where first.owner in (select heavy.owner from heavy)
      ), beyond as materialized (
        select turns.id,
               turns.fence,
               turns.due_at,
               turns.owner,
               ${lightOwner} as light
          from turns
          join fares on fares.id = turns.id and ${isRecent(sql`fares.fence`, sql`turns.fence`)}
         where turns.turn > ${part}
      ), others as materialized (
        select fares.id,
               fares.fence,
               light.owner
          from fares
         cross join lateral (
                 select ${lightOwner} as owner
               ) as light
         where ${isFare}
           and ${isDue(at)}
           and exists (select from heavy)
           and fares.id not in (select first.id from first)
           and light.owner is not null
           and fares.due_at <= coalesce(
                 (
                   select fares.due_at
                     from fares
                    where ${isFare}
                      and ${isDue(at)}
                    order by fares.due_at
                   offset ${maxLooked * limit}
                    limit 1
                 ),
                 'infinity'
               )
         order by fares.due_at
         limit (select count(*) from beyond where beyond.light is null)
           ${lockFree("fares")}
      )
      select claimed.*,
             users.email_verified as proven
        from (
            select first.id,
                   first.fence,
                   first.owner is not null or first.newer as watched,
                   first.owner
              from first
             where first.id not in (select beyond.id from beyond)
             union all
            select beyond.id,
                   beyond.fence,
                   true,
                   beyond.light
              from beyond
             where beyond.light is not null
             union all
            select others.id,
                   others.fence,
                   true,
                   others.owner
              from others
             union all
            (
              select beyond.id,
                     beyond.fence,
                     true,
                     beyond.owner
                from beyond
               where beyond.light is null
               order by beyond.due_at
               limit (select count(*) from beyond where beyond.light is null) - (select count(*) from others)
            )
      ) as claimed
        left join users on users.id = claimed.owner`;
}
