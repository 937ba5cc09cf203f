import { type Fragment, sql } from "../base/db.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";

/**
 * The sample that a price is compared with, in minor units: totals for the party of the question, each rounded down.
 */
export type Sample = {
  /** Whether the sample is of the question's own dates; else it is of the route. */
  ofDates: boolean;
  observations: number;
  days: number;
  percentiles: Fare.Percentiles | null;
  trend: [date: string, lowest: number, median: number][] | null;
  price: number | null;
  /** The number of observations below the price. */
  below: number;
};

/**
 * Reads the sample and the watched prices of `days` in one request, from the roll-up: the cost does not grow with the
 * number of observations. `price` is compared with the sample; if it is null, the watched price of the question's own
 * day. Percentiles are by nearest rank, over the totals that the observations come to for this party; rounding a total
 * down keeps its rank. The route is taken only if the dates have too few observations.
 */
export async function readSample(
  question: Flight.Criteria,
  price: number | null,
  days: string[],
  at: Date,
): Promise<Sample & { watched: Fare.WatchedPrice[] | null }> {
  const { origin, destination, departureDate, returnDate, cabin, currency } = question;
  const { bucketsOf, bucketsPerRange, readDays, readRanks, readSamples, sharesOf } = await Fare.sampling();
  const paying = sql`${Flight.payingPassengers(question)}::int`;
  const unit = sql`${Fare.sharesPerUnit}::int`;
  const total = (share: Fragment) => sql`(${share} * ${paying} / ${unit})`;
  const [row] = await sql`
    with watched as materialized (
      ${Fare.watchedPrices(question, days, Flight.provider.name, at)}
    ), compared as materialized (
      select compared.price,
             -- The least share with a total that is not below the price.
             (compared.price * ${unit} + ${paying} - 1) / ${paying} as share
        from (
               select coalesce(
                        ${price}::bigint,
                        (select watched.price::bigint from watched where watched.date = ${departureDate})
                      ) as price
             ) as compared
    ), asked as materialized (
      select parts.key,
             ${origin}::text as origin,
             ${destination}::text as destination,
             ${cabin}::text as cabin,
             ${currency}::text as currency,
             parts.part
        from (
               values (1, dates_part(${departureDate}::date, ${returnDate}::date)),
                      (2, route_part(${departureDate}::date, ${returnDate}::date, ${at}::timestamptz))
             ) as parts (key, part)
    ), ${readSamples(at, Flight.provider.name)}, sizes as materialized (
      select asked.key,
             coalesce((select max(ranked.observations) from ranked where ranked.key = asked.key), 0) as observations,
             (select count(*) from known_days where known_days.key = asked.key) as days
        from asked
    ), taken as materialized (
      select case when sizes.observations >= ${Fare.minimumSample.observations} and sizes.days >= ${Fare.minimumSample.days} then 1 else 2 end as key
        from sizes
       where sizes.key = 1
    ), ${readRanks([0, 0.25, 0.5, 0.75, 1], sql`select taken.key from taken`)},
    ${readDays(at, sql`select taken.key from taken`)}, daily as (
      select known.day,
             ${total(sql`known.lowest`)} as lowest,
             ${total(sql`known.middle`)} as median
        from known
    ), priced as materialized (
      select taken.key,
             compared.share,
             share_bucket(compared.share) as bucket,
             share_bucket(compared.share) / ${bucketsPerRange}::int as range
        from taken
       cross join compared
       where compared.price is not null
    ), below as (
      select sum(parts.number) as number
        from (
               select ranked.number
                 from priced
                 join ranked on ranked.key = priced.key and ranked.range < priced.range
                union all
               select buckets.number
                 from priced
                 join (${bucketsOf(sql`select priced.key, priced.range from priced`)}) as buckets
                   on buckets.bucket < priced.bucket
                union all
               select shares.number
                 from priced
                 join (${sharesOf(sql`select priced.key, priced.bucket from priced`)}) as shares
                   on shares.share < priced.share
             ) as parts
    )
    select taken.key = 1 as "ofDates",
           sizes.observations::int as observations,
           sizes.days::int as days,
           (
             select array_agg(${total(sql`chosen.share`)} order by chosen.fraction)::float8[]
               from chosen
           ) as percentiles,
           (
             select json_agg(json_build_array(daily.day, daily.lowest, daily.median) order by daily.day)
               from daily
           ) as trend,
           (select compared.price::float8 from compared) as price,
           coalesce((select below.number from below), 0)::int as below,
           (select json_agg(watched) from watched) as watched
      from taken
      join sizes using (key)`;
  return row as Sample & { watched: Fare.WatchedPrice[] | null };
}
