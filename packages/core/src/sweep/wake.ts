import { type Fragment, sql, transaction } from "../base/db.ts";
import { countedObservations, type PricePoint, sampling, sharesPerUnit } from "../fare.ts";
import { type Criteria, payingPassengers } from "../flight.ts";
import { columns, dropLimit, leastNear, type Row } from "../rule.ts";

/** A fare with its new price (minor units), and which part of its past is needed to judge that price. */
export type PricedFare = {
  fareId: string;
  /** The question of the fare whose price it is; for a basket, of one of its fares. */
  criteria: Criteria;
  price: number;
  baseline: number | null;
  /** Whether a trigger is near must be computed again, because it may have changed. */
  wantsNear: boolean;
  /** All ok checks of 90 days are needed, because the price may be doubtful or a new low. */
  wantsSeen: boolean;
  mayBeNewLow: boolean;
  wantsRouteLow: boolean;
};

/** `low` is the total at or below which a price is low for the route and the party, where asked for and known. */
export type WokenWatch = Row & { fareId: string; low: number | null };

/**
 * Selects the watches whose band these prices leave, and the past that only some prices need. One request. Each probe
 * is a range of one index, so that a price that crosses no band costs the same with one watch of the fare or a million.
 * `source` is the provider of the prices: a route's low is of prices from there. `also` is a watch that is woken at any
 * price.
 */
export async function wake(
  priced: PricedFare[],
  source: string,
  at: Date,
  also: string | null = null,
): Promise<WakeResult> {
  const asking = priced.filter((fare) => fare.wantsSeen);
  const moved = priced.filter((fare) => fare.wantsNear);
  const { woken, close, seen } = await transaction(
    {
      woken: selectCrossed(priced, also, await lowsOf(priced, source, at)),
      close: moved.length > 0 ? selectNear(moved) : [],
      seen: asking.length > 0 ? selectPast(asking, at) : [],
    },
    snapshot,
  );
  return {
    woken: woken as WokenWatch[],
    near: new Set(close.map((row) => String(row.fareId))),
    seen: new Map(
      (seen as { fareId: string; at: number[]; price: number[] }[]).map((row) => [row.fareId, toPricePoints(row)]),
    ),
  };
}

/** The woken watches, and for each fare: whether it is near a trigger, and its past. */
export type WakeResult = {
  woken: WokenWatch[];
  near: Set<string>;
  seen: Map<string, PricePoint[]>;
};

const snapshot = { readOnly: true, isolationLevel: "RepeatableRead" } as const;

type Lows = { read: Fragment; keys: (number | null)[] };

/** The CTEs that read the lows of the fares' routes, where asked for, and each fare's key in them. */
async function lowsOf(priced: PricedFare[], source: string, at: Date): Promise<Lows | null> {
  const asking = priced.filter((fare) => fare.wantsRouteLow);
  if (asking.length === 0) return null;
  const { readLows, routesOf } = await sampling();
  const { routes, keys } = routesOf(
    asking.map(({ criteria }) => criteria),
    at,
  );
  const byFare = new Map(asking.map(({ fareId }, index) => [fareId, keys[index]!]));
  return {
    read: readLows(routes, source, at),
    keys: priced.map(({ fareId }) => byFare.get(fareId) ?? null),
  };
}

/**
 * A watch for lows of the route is woken only where the price is one: at any other price such a rule changes nothing.
 */
function selectCrossed(priced: PricedFare[], also: string | null, lows: Lows | null) {
  const low = lows ? sql`(lows.share * priced.paying / ${sharesPerUnit}::int)` : sql`null::bigint`;
  return sql`
    with ${lows ? sql`recursive ${lows.read},` : sql``} priced as (
      select *
        from unnest(
               ${priced.map((fare) => fare.fareId)}::text[],
               ${priced.map((fare) => fare.price)}::bigint[],
               ${priced.map((fare) => (fare.baseline === null ? null : dropLimit(fare.price, fare.baseline)))}::smallint[],
               ${priced.map((fare) => fare.mayBeNewLow)}::boolean[],
               ${priced.map(({ criteria }) => payingPassengers(criteria))}::int[],
               ${lows ? lows.keys : priced.map(() => null)}::int[]
             ) as priced (fare_id, price, drop_limit, may_be_new_low, paying, key)
    ), woken as (
      select distinct woken.watch_id,
             priced.fare_id,
             ${low} as low
        from priced
        ${lows ? sql`left join lows using (key)` : sql``}
       cross join lateral (
               select watch_fares.watch_id
                 from watch_fares
                where watch_fares.fare_id = priced.fare_id
                  and watch_fares.wake_below > 0
                  and watch_fares.wake_below >= priced.price
                union all
               select watch_fares.watch_id
                 from watch_fares
                where watch_fares.fare_id = priced.fare_id
                  and watch_fares.wake_above <= priced.price
                union all
               select watch_fares.watch_id
                 from watch_fares
                where watch_fares.fare_id = priced.fare_id
                  and watch_fares.wake_drop <= priced.drop_limit
                union all
               select watch_fares.watch_id
                 from watch_fares
                where priced.drop_limit is null
                  and watch_fares.fare_id = priced.fare_id
                  and watch_fares.wake_first >= priced.price
                union all
               select watch_fares.watch_id
                 from watch_fares
                where watch_fares.fare_id = priced.fare_id
                  and (watch_fares.wake_new_low or watch_fares.wake_route_low)
                  -- Of the price alone, so that Postgres looks nothing up where it is false.
                  and (priced.may_be_new_low or ${lows !== null})
                  and (watch_fares.wake_new_low and priced.may_be_new_low or watch_fares.wake_route_low and priced.price <= ${low})
                union all
               select watch_fares.watch_id
                 from watch_fares
                where watch_fares.fare_id = priced.fare_id
                  and watch_fares.watch_id = ${also}
             ) as woken
    )
    select woken.fare_id as "fareId",
           woken.low::float8 as low,
           ${columns}
      from woken
      join price_watches on price_watches.id = woken.watch_id`;
}

/** Selects the fares with a watch that is not woken but would be at a slightly lower price. */
function selectNear(moved: PricedFare[]) {
  const least = moved.map(({ price }) => leastNear(price));
  const limit = (price: number, baseline: number | null) => (baseline === null ? null : dropLimit(price, baseline));
  return sql`
    select moved.fare_id as "fareId"
      from unnest(
             ${moved.map((fare) => fare.fareId)}::text[],
             ${moved.map((fare) => fare.price)}::bigint[],
             ${least}::bigint[],
             ${moved.map((fare) => limit(fare.price, fare.baseline))}::smallint[],
             ${moved.map((fare, index) => limit(least[index]!, fare.baseline))}::smallint[]
           ) as moved (fare_id, price, least, drop_limit, drop_least)
     where exists (
             select
               from watch_fares
              where watch_fares.fare_id = moved.fare_id
                and watch_fares.wake_below > 0
                and watch_fares.wake_below >= moved.least
                and watch_fares.wake_below < moved.price
           )
        or exists (
             select
               from watch_fares
              where watch_fares.fare_id = moved.fare_id
                and watch_fares.wake_drop > moved.drop_limit
                and watch_fares.wake_drop <= moved.drop_least
           )
        or exists (
             select
               from watch_fares
              where moved.drop_limit is null
                and watch_fares.fare_id = moved.fare_id
                and watch_fares.wake_first >= moved.least
                and watch_fares.wake_first < moved.price
           )`;
}

function selectPast(asking: PricedFare[], at: Date) {
  return sql`
    select price_observations.fare_id as "fareId",
           array_agg(extract(epoch from price_observations.at) * 1000 order by price_observations.at)::float8[] as at,
           array_agg(price_observations.price order by price_observations.at)::float8[] as price
      from price_observations
      join fares
        on fares.id = price_observations.fare_id
       and price_observations.at >= coalesce(fares.source_since, '-infinity')
     where price_observations.fare_id = any(${asking.map((fare) => fare.fareId)}::text[])
       and ${countedObservations(at)}
     group by price_observations.fare_id`;
}

function toPricePoints({ at, price }: { at: number[]; price: number[] }): PricePoint[] {
  return at.map((moment, index) => ({ at: moment, price: price[index]! }));
}
