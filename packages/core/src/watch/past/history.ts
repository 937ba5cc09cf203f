import * as v from "valibot";
import { type Fragment, sql, transaction, utc } from "../../base/db.ts";
import * as Money from "../../base/money.ts";
import { decodeCursor, toPage } from "../../base/page.ts";
import { minimumSample, type Percentiles } from "../../fare.ts";
import type { Info, Observation } from "../schema.ts";
import { selectWatch } from "../select.ts";
import { type SelectedWatch, toInfo } from "../shape.ts";
import { missingSeries, selectSpan } from "./read.ts";
import { type Day, Resolution, type Standing } from "./schema.ts";

type Part<T> = { items: T[]; nextCursor: string | null; standing: Standing };

/**
 * Lists the checks of what is watched, or its days, newest first, and how the last price compares at `at`. Checks
 * belong to the fare, so they may be older than the watch; the checks of an earlier series end where that series ended.
 * @throws Problem `watch.missing` (also for another user's), `watch.series`
 */
export function history(
  userId: string,
  id: string,
  query: Resolution & { resolution?: "full" },
  at: Date,
): Promise<Part<Observation>>;
export function history(
  userId: string,
  id: string,
  query: Resolution,
  at: Date,
): Promise<Part<Observation> | Part<Day>>;
export async function history(userId: string, id: string, query: Resolution, at: Date) {
  const { limit, cursor, series, resolution } = v.parse(Resolution, query);
  const { read, cutAt } = resolution === "day" ? days(cursor) : checks(cursor);
  const { watch, standings, rows } = await transaction({
    watch: selectWatch(userId, id),
    standings: selectStanding(selectSpan(userId, id, series), at),
    rows: read(selectSpan(userId, id, series), limit + 1),
  });
  const info = await toInfo(watch[0] as SelectedWatch | undefined, at);
  const [standing] = standings as StandingRow[];
  if (!standing) throw missingSeries();
  return { ...cutAt(rows, limit, standing.currency), standing: toStanding(standing, info) };
}

/** `of`: the span that the days must lie in. */
type Reading<T> = {
  read: (of: Fragment, count: number) => Fragment;
  cutAt: (rows: unknown[], limit: number, currency: string) => { items: T[]; nextCursor: string | null };
};

function checks(cursor: string | undefined): Reading<Observation> {
  const [micros, status] = decodeCursor(cursor, /^\d{1,16} [a-z_]{2,20}$/)?.split(" ") ?? [null, null];
  type Seen = { micros: string; status: Observation["status"]; price: number | null };
  return {
    read: (of, count) => sql`
      with span as materialized (${of})
      select (extract(epoch from price_observations.at) * 1000000)::bigint::text as micros,
             price_observations.status,
             price_observations.price::float8
        from span
        join price_observations on price_observations.fare_id = span.fare_id
       where price_observations.at >= span.source_since
         and (span.until is null or price_observations.at <= span.until)
         and (${micros}::bigint is null
              or (price_observations.at, price_observations.status)
                 < ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${status}))
       order by price_observations.at desc, price_observations.status desc
       limit ${count}`,
    cutAt(rows, limit, currency) {
      const { items, nextCursor } = toPage(rows as Seen[], limit, (row) => `${row.micros} ${row.status}`);
      const toStanding = items.map(({ micros, status, price }) => ({
        at: new Date(Number(micros) / 1000).toISOString(),
        price: price === null ? null : Money.toInfo(price, currency),
        status,
      }));
      return { items: toStanding, nextCursor };
    },
  };
}

/** The cursor is a day's number since 1970. */
export function days(cursor: string | undefined): Reading<Day> {
  const before = decodeCursor(cursor, /^\d{1,5}$/);
  type Seen = { date: string; day: number; checks: number } & Record<"low" | "high" | "last" | "ghost", number | null>;
  return {
    read: (of, count) => sql`
      with span as materialized (${of})
      select seen.day::text as date,
             seen.day - '1970-01-01'::date as day,
             (min(seen.price) filter (where seen.status = 'ok'))::float8 as low,
             (max(seen.price) filter (where seen.status = 'ok'))::float8 as high,
             ((array_agg(seen.price order by seen.at desc) filter (where seen.status = 'ok'))[1])::float8 as last,
             (count(*) filter (where seen.status <> 'ghost'))::int as checks,
             (min(seen.price) filter (where seen.status = 'ghost'))::float8 as ghost
        from (
               select (price_observations.at at time zone 'utc')::date as day,
                      price_observations.at,
                      price_observations.status,
                      price_observations.price
                 from span
                 join price_observations on price_observations.fare_id = span.fare_id
                where price_observations.at >= span.source_since
                  and (span.until is null or price_observations.at <= span.until)
                  and (${before}::integer is null
                       or price_observations.at < ('1970-01-01'::date + ${before}::integer)::timestamp at time zone 'utc')
             ) as seen
       group by seen.day
       order by seen.day desc
       limit ${count}`,
    cutAt(rows, limit, currency) {
      const show = (amount: number | null) => (amount === null ? null : Money.toInfo(amount, currency));
      const { items, nextCursor } = toPage(rows as Seen[], limit, ({ day }) => String(day));
      return {
        items: items.map(({ date, low, high, last, checks, ghost }) => {
          return { date, low: show(low), high: show(high), last: show(last), checks, ghost: show(ghost) };
        }),
        nextCursor,
      };
    },
  };
}

type Priced = { price: number; at: string } | null;
export type StandingRow = {
  lowest: Priced;
  highest: Priced;
  last: Priced;
  checks: number;
  days: number;
  below: number;
  percentiles: Percentiles | null;
  currency: string;
  isPresent: boolean;
  from: string | null;
  thinnedTo: string | null;
};

export function selectStanding(of: Fragment, at: Date) {
  const moment = sql`json_build_object('price', seen.price, 'at', ${utc(sql`seen.at`)})`;
  return sql`
    with span as materialized (${of}), seen as materialized (
      select price_observations.at,
             price_observations.price
        from span
        join price_observations on price_observations.fare_id = span.fare_id
       where price_observations.status = 'ok'
         and price_observations.at >= span.source_since
         and (span.until is null or price_observations.at <= span.until)
    ), last as (
      select seen.at,
             seen.price
        from seen
       order by seen.at desc
       limit 1
    )
    select (select ${moment} from seen order by seen.price, seen.at desc limit 1) as lowest,
           (select ${moment} from seen order by seen.price desc, seen.at desc limit 1) as highest,
           (select ${moment} from last as seen) as last,
           lately.*,
           fares.currency,
           span.until is null as "isPresent",
           ${utc(sql`(select min(seen.at) from seen)`)} as from,
           ${utc(sql`fares.thinned_to`)} as "thinnedTo"
      from span
      join fares on fares.id = span.fare_id
     cross join (
             select count(*)::int as checks,
                    count(distinct (seen.at at time zone 'utc')::date)::int as days,
                    (count(*) filter (where seen.price < (select last.price from last)))::int as below,
                    (percentile_disc(array[0, 0.25, 0.5, 0.75, 1]) within group (order by seen.price))::float8[] as percentiles
               from seen
              where seen.at >= ${at}::timestamptz - interval '2160 hours'
           ) as lately`;
}

/** Whether a sample is large enough to compare a price with. */
export const isEnough = ({ checks, days }: Pick<StandingRow, "checks" | "days">) =>
  checks >= minimumSample.observations && days >= minimumSample.days;

export function toStanding(row: StandingRow, { nextCheckAt, nextCheckBecause }: Info): Standing {
  const { lowest, highest, last, checks, days, below, currency, isPresent, from, thinnedTo } = row;
  const show = (priced: Priced) => priced && { price: Money.toInfo(priced.price, currency), at: priced.at };
  return {
    lowest: show(lowest),
    highest: show(highest),
    last: show(last),
    rank: !isEnough({ checks, days }) ? null : Math.floor((100 * below) / checks),
    nextCheck: isPresent && nextCheckAt !== null ? { at: nextCheckAt, because: nextCheckBecause } : null,
    daily: from !== null && thinnedTo !== null && from < thinnedTo ? { from, to: thinnedTo } : null,
  };
}
