import { dayNumber } from "../base/day.ts";
import { type Fragment, sql } from "../base/db.ts";
import type { Criteria } from "../flight.ts";
import { leadBucketOf } from "./observed.ts";
import { dayOf, readLoose, seenBetween, windowOf } from "./sample.ts";
import { minimumSample } from "./verdict.ts";

/** The part of a route's observations that a question is compared with at `at`: trip type and lead bucket. */
export function routePart({ departureDate, returnDate }: Criteria, at: Date): string {
  return `${returnDate === null ? "one way" : "return"} ${leadBucketOf(departureDate, dayNumber(at.getTime()))}`;
}

/** The least numbers of observations, and of days (UTC) that have one, for a route to have a low. */

/** A route as questions are compared with it. */
export type Route = Pick<Criteria, "origin" | "destination" | "cabin" | "currency"> & { part: string };

/** The routes of some questions, each once; `keys` has the position of each question's route among them. */
export function routesOf(questions: Criteria[], at: Date): { routes: Route[]; keys: number[] } {
  const routes: Route[] = [];
  const known = new Map<string, number>();
  const keys = questions.map((question) => {
    const { origin, destination, cabin, currency } = question;
    const part = routePart(question, at);
    const name = [origin, destination, cabin, currency, part].join(" ");
    const key = known.get(name) ?? routes.push({ origin, destination, cabin, currency, part }) - 1;
    known.set(name, key);
    return key;
  });
  return { routes, keys };
}

/**
 * CTEs of a statement `with recursive`, the last of them `lows` (`key`, the position of the route; `share`): the 20th
 * percentiles of the routes over the 90 × 24 h before `at`, in prices from `source`. By nearest rank, the ⌈0.2 n⌉-th
 * cheapest per paying passenger, of at least 30 prices on at least 14 days; routes without that many have no row. The
 * cost does not depend on the number of observations: the roll-up says in which bucket the percentile was, and from
 * there `walk` goes on for as many buckets as the percentile has moved since then, mostly none.
 */
export function readLows(routes: Route[], source: string, at: Date): Fragment {
  const { from, until } = windowOf(at);
  const [firstDay, lastDay] = [dayOf(from), dayOf(until)];
  const numberIn = (bucket: Fragment) => sql`(
               coalesce((
                 select route_buckets.number
                   from route_buckets
                  where route_buckets.sample_id = walk.id
                    and route_buckets.bucket = ${bucket}
               ), 0)
               + coalesce((select sum(loose.number) from loose where loose.key = walk.key and loose.bucket = ${bucket}), 0)
             )`;
  return sql`
    asked as materialized (
      select asked.*
        from unnest(
               ${routes.map((_, key) => key)}::int[],
               ${routes.map(({ origin }) => origin)}::text[],
               ${routes.map(({ destination }) => destination)}::text[],
               ${routes.map(({ cabin }) => cabin)}::text[],
               ${routes.map(({ currency }) => currency)}::text[],
               ${routes.map(({ part }) => part)}::text[]
             ) as asked (key, origin, destination, cabin, currency, part)
    ), ${readLoose(at, source)}, sizes as materialized (
      select asked.key,
             picked.id,
             coalesce(picked.number, 0) + coalesce(sum(loose.number), 0) as observations,
             coalesce(picked.low_bucket, min(loose.bucket)) as bucket,
             coalesce(picked.low_below, 0)
               + coalesce(sum(loose.number) filter (where loose.bucket < picked.low_bucket), 0) as below
        from asked
        left join picked using (key)
        left join loose using (key)
       group by asked.key,
                picked.id,
                picked.number,
                picked.low_bucket,
                picked.low_below
      having coalesce(picked.number, 0) + coalesce(sum(loose.number), 0) >= ${minimumSample.observations}
    ), days as materialized (
      select sizes.*,
             (
               select count(*)
                 from (
                        select
                          from route_days
                         where route_days.sample_id = sizes.id
                           and route_days.day > ${firstDay}
                           and route_days.day < ${lastDay}
                           and not exists (
                                 select
                                   from noted
                                  where noted.key = sizes.key
                                    and noted.day = route_days.day
                               )
                         limit ${minimumSample.days}
                      ) as whole
             ) as whole
        from sizes
    ), walk (key, id, rank, bucket, below, number) as (
      select walk.key,
             walk.id,
             walk.rank,
             walk.bucket,
             walk.below,
             ${numberIn(sql`walk.bucket`)}
        from (
               select days.key,
                      days.id,
                      ceil(days.observations * 0.2) as rank,
                      days.bucket,
                      days.below
                 from days
                where days.whole >= ${minimumSample.days}
                   or days.whole + (${countOtherDays()}) >= ${minimumSample.days}
             ) as walk
       union all
      select walk.key,
             walk.id,
             walk.rank,
             next.bucket,
             case when walk.rank > walk.below then walk.below + walk.number else walk.below - held.number end,
             held.number
        from walk
       cross join lateral (
               select case
                        when walk.rank > walk.below then least(
                          (
                            select min(route_buckets.bucket)
                              from route_buckets
                             where route_buckets.sample_id = walk.id
                               and route_buckets.bucket > walk.bucket
                          ),
                          (select min(loose.bucket) from loose where loose.key = walk.key and loose.bucket > walk.bucket)
                        )
                        else greatest(
                          (
                            select max(route_buckets.bucket)
                              from route_buckets
                             where route_buckets.sample_id = walk.id
                               and route_buckets.bucket < walk.bucket
                          ),
                          (select max(loose.bucket) from loose where loose.key = walk.key and loose.bucket < walk.bucket)
                        )
                      end as bucket
               offset 0
             ) as next
       cross join lateral (select ${numberIn(sql`next.bucket`)} as number offset 0) as held
       where walk.rank <= walk.below
          or walk.rank > walk.below + walk.number
    ), lows as materialized (
      select walk.key,
             (
               select min(counted.share) filter (where walk.below + counted.upto >= walk.rank)
                 from (
                        select shares.share,
                               sum(sum(shares.number)) over (order by shares.share) as upto
                          from (
                                 select seen.share,
                                        seen.number
                                   from route_buckets
                                  cross join unnest(route_buckets.shares, route_buckets.numbers) as seen (share, number)
                                  where route_buckets.sample_id = walk.id
                                    and route_buckets.bucket = walk.bucket
                                  union all
                                 select loose.share,
                                        loose.number
                                   from loose
                                  where loose.key = walk.key
                                    and loose.bucket = walk.bucket
                               ) as shares
                         group by shares.share
                      ) as counted
             ) as share
        from walk
       where walk.rank > walk.below
         and walk.rank <= walk.below + walk.number
    )`;

  /** The first and the last day of the window, and days of which observations are noted: those with any left. */
  function countOtherDays(): Fragment {
    return sql`
               select count(*)
                 from (
                        select other.day
                          from (
                                 select noted.day,
                                        noted.number
                                   from noted
                                  where noted.key = days.key
                                  union all
                                 select route_days.day,
                                        seen.number
                                   from route_days
                                  cross join unnest(${seenBetween(from, until)}) as seen (share, number)
                                  where route_days.sample_id = days.id
                                    and (route_days.day = any (array[${firstDay}, ${lastDay}])
                                         or route_days.day in (select noted.day from noted where noted.key = days.key))
                               ) as other
                         group by other.day
                        having sum(other.number) > 0
                      ) as other`;
  }
}
