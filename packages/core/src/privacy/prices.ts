import { type Fragment, sql, utc } from "../base/db.ts";

/** A series of one of a user's watches: what was priced for it, since when, and until when (null while it lasts). */
type Span = { watchId: string; series: number; fareId: string; since: string; until: string | null; currency: string };

/** A recorded check: amounts in the minor unit of `currency`, instants in UTC; a `ghost` was taken back at once. */
type Row = Omit<Span, "fareId" | "since" | "until"> & {
  at: string;
  status: string;
  price: number | null;
  provider: string;
};
type Read = Omit<Row, "watchId" | "currency" | "series"> & { number: number; micros: string };

/** `spans`: series in one request; `rows`: the most checks of each in one answer, some 150 bytes apiece. */
const sizes = { spans: 10, rows: 5_000 };

/**
 * Reads the recorded prices of all watches of a user until `at`, watch by watch, oldest first, as their history shows
 * them: each series from its own fare or basket. A few requests at a time are in memory, however many there are.
 */
export async function* pricesOf(userId: string, at: Date, { spans: each, rows } = sizes): AsyncGenerator<Row> {
  const spans = await spansOf(userId);
  for (let from = 0; from < spans.length; from += each) {
    let left: (Span & { after?: Read })[] = spans.slice(from, from + each);
    while (left.length > 0) {
      const found = await read(left, at, rows);
      const next: typeof left = [];
      for (const [index, span] of left.entries()) {
        const seen = found.filter(({ number }) => number === index + 1);
        const { watchId, series, currency } = span;
        for (const { at, status, price, provider } of seen) {
          yield { watchId, series, at, status, price, currency, provider };
        }
        const after = seen.at(-1);
        if (!after || seen.length < rows) continue;
        // The spans after it are read again, so that all come in their order.
        next.push({ ...span, after }, ...left.slice(index + 1));
        break;
      }
      left = next;
    }
  }
}

async function spansOf(userId: string): Promise<Span[]> {
  const rows = await sql`
    select distinct on (price_watches.id, watch_changes.series)
           price_watches.id as "watchId",
           watch_changes.series,
           watch_changes.fare_id as "fareId",
           coalesce(watch_changes.source_since, '-infinity')::text as since,
           (
             select min(case when later.source_since = later.at then later.at - interval '1 microsecond' else later.at end)
               from watch_changes as later
              where later.watch_id = price_watches.id
                and later.series > watch_changes.series
           )::text as until,
           fares.currency
      from price_watches
      join watch_changes on watch_changes.watch_id = price_watches.id
      join fares on fares.id = watch_changes.fare_id
     where price_watches.user_id = ${userId}
     order by price_watches.id, watch_changes.series, watch_changes.version`;
  return rows as Span[];
}

/** Up to `count` checks of each span, after the last one that was read; `number` says which span, from 1. */
async function read(spans: (Span & { after?: Read })[], at: Date, count: number): Promise<Read[]> {
  const moment = (micros: Fragment) => sql`'epoch'::timestamptz + ${micros} * interval '1 microsecond'`;
  const rows = await sql`
    select spans.number::int,
           ${utc(sql`seen.at`)} as at,
           (extract(epoch from seen.at) * 1000000)::bigint::text as micros,
           seen.status,
           seen.price::float8,
           seen.provider
      from unnest(
             ${spans.map(({ fareId }) => fareId)}::text[],
             ${spans.map(({ since }) => since)}::timestamptz[],
             ${spans.map(({ until }) => until)}::timestamptz[],
             ${spans.map(({ after }) => after?.micros ?? null)}::bigint[],
             ${spans.map(({ after }) => after?.status ?? null)}::text[]
           ) with ordinality as spans (fare_id, since, until, micros, status, number)
     cross join lateral (
             select price_observations.at,
                    price_observations.status,
                    price_observations.price,
                    price_observations.provider
               from price_observations
              where price_observations.fare_id = spans.fare_id
                and price_observations.at >= spans.since
                and price_observations.at <= least(spans.until, ${at}::timestamptz)
                and (spans.micros is null
                     or (price_observations.at, price_observations.status) > (${moment(sql`spans.micros`)}, spans.status))
              order by price_observations.at, price_observations.status
              limit ${count}
           ) as seen
     order by spans.number, seen.at, seen.status`;
  return rows as Read[];
}
