import { hash } from "node:crypto";
import { stableId } from "@travel-conductor/core/base/id";
import { linkingLock } from "@travel-conductor/core/fare";
import type * as Watch from "@travel-conductor/core/watch";
import { type Statement, toArray, toColumns } from "./ledger.ts";

type Plan = NonNullable<Awaited<ReturnType<Awaited<ReturnType<typeof Watch.moving>>["planMoved"]>>>;

/**
 * What is written of a watch. `what` and `state` are the columns' texts. `version` is the one that is here, which becomes
 * the next; a new watch has the first.
 */
export type Written = {
  id: string;
  legacyId: string;
  userId: string;
  plan: Plan;
  target: number;
  what: string | null;
  state: string;
  version: number;
  series: number;
  isActive: boolean;
  pausedBecause: "person" | "moved" | null;
  isOver: boolean;
  createdAt: string;
  updatedAt: string;
};

/** Over how long the first checks are spread. */
const spread = 86_400_000;

/** A fare that is asked for; `place` is where it stands among the others. */
type Asked = Plan["fares"][number] & { id: string; dueAt: string | null; place: string };

/**
 * Writes watches with their fares, baskets, links and first changes, in the order in which the product locks them. A fare
 * or a basket that is here already is shared. Those whose ids are in `changed` are here, and are written over.
 */
export function writeWatches(list: Written[], changed: string[], at: Date): Statement[] {
  const fares = new Map<string, Asked>();
  const baskets = new Map<string, Written>();
  const members: { basket: string; fare: Asked }[] = [];
  const own: (Asked | null)[] = [];
  for (const watch of list) {
    const { fares: asked, basket } = watch.plan;
    const rows = asked.map((fare) => ask(fares, fare, watch.isActive, at));
    own.push(basket === null ? rows[0]! : null);
    if (basket === null) continue;
    if (!baskets.has(basket)) for (const fare of rows) members.push({ basket, fare });
    baskets.set(basket, watch);
  }
  const sorted = [...fares.values()].sort((one, other) => (one.place < other.place ? -1 : 1));
  return [
    { text: "select pg_advisory_xact_lock_shared(hashtext($1))", values: [linkingLock] },
    insertFares(sorted, at),
    wakeFares(sorted.filter(({ dueAt }) => dueAt !== null)),
    ...(baskets.size > 0 ? [insertBaskets([...baskets.values()], at), insertMembers(members)] : []),
    insertWatches(list, at),
    ...(changed.length > 0 ? [{ text: "delete from watch_fares where watch_id = any ($1)", values: [changed] }] : []),
    linkWatches(list, own, at),
  ];
}

function ask(fares: Map<string, Asked>, fare: Plan["fares"][number], isActive: boolean, at: Date): Asked {
  const key = JSON.stringify(fare);
  const known = fares.get(key) ?? { ...fare, id: stableId("far", at, key), dueAt: null, place: placeOf(fare) };
  if (isActive)
    known.dueAt ??= new Date(at.getTime() + (hash("sha256", key, "buffer").readUInt32BE() % spread)).toISOString();
  fares.set(key, known);
  return known;
}

const placeOf = ({ origin, destination, departureDate, returnDate }: Plan["fares"][number]) =>
  `${origin} ${destination} ${departureDate} ${returnDate ?? "z"}`;

/** Leaves out fares that exist. The trigger `add_fare_key` would too, in several times the time. */
function insertFares(list: Asked[], at: Date): Statement {
  return {
    text: `insert into fares
             (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, currency, due_at, due_because,
              created_at)
           select asked.*, case when asked.due_at is not null then 'new' end, $11::timestamptz
             from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::smallint[],
                  $8::smallint[], $9::text[], $10::timestamptz[])
                  as asked (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, currency, due_at)
            where not exists (select from fares where ${isAsked} offset 0)`,
    values: [...questions(list), ...toColumns(list, "dueAt"), at.toISOString()],
  };
}

const questions = (list: Asked[]) =>
  toColumns(
    list,
    ...([
      "id",
      "origin",
      "destination",
      "departureDate",
      "returnDate",
      "cabin",
      "maxStops",
      "adults",
      "currency",
    ] as const),
  );

/** A fare that was here and rested is priced again. */
function wakeFares(list: Asked[]): Statement {
  return {
    text: `update fares
              set due_at = found.due_at,
                  due_because = 'new'
             from (
                    select fares.id, asked.due_at
                      from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::smallint[],
                  $8::smallint[], $9::text[], $10::timestamptz[])
                           as asked (id, origin, destination, departure_date, return_date, cabin, max_stops, adults,
                                     currency, due_at)
                     cross join lateral (select * from fares where ${isAsked} and fares.due_at is null offset 0) as fares
                  ) as found
            where fares.id = found.id`,
    values: [...questions(list), ...toColumns(list, "dueAt")],
  };
}

/** The condition that a row of `fares` is the one of a row of `asked`. */
const isAsked = `fares.basket is null
              and fares.origin = asked.origin
              and fares.destination = asked.destination
              and fares.departure_date = asked.departure_date
              and fares.return_date is not distinct from asked.return_date
              and fares.cabin = asked.cabin
              and fares.max_stops is not distinct from asked.max_stops
              and fares.adults = asked.adults
              and fares.child_ages = '{}'
              and fares.infants = 0
              and fares.currency = asked.currency`;

function insertBaskets(list: Written[], at: Date): Statement {
  const first = list.map(({ plan }) => plan.fares[0]!);
  return {
    text: `insert into fares (id, basket, cabin, max_stops, adults, currency, created_at)
           select id, basket, cabin, max_stops, adults, currency, $7::timestamptz
             from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::text[])
                  as basket (id, basket, cabin, max_stops, adults, currency)
            order by basket`,
    values: [
      toArray(list.map(({ plan }) => stableId("far", at, plan.basket!))),
      toArray(list.map(({ plan }) => plan.basket)),
      ...toColumns(first, "cabin", "maxStops", "adults", "currency"),
      at.toISOString(),
    ],
  };
}

function insertMembers(list: { basket: string; fare: Asked }[]): Statement {
  const names = [...new Set(list.map(({ basket }) => basket))];
  const numbers = new Map(names.map((name, index) => [name, index + 1]));
  return {
    text: `insert into basket_fares (basket_id, fare_id)
           select baskets.id, fares.id
             from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::smallint[],
                  $8::smallint[], $9::text[], $10::int[])
                  as asked (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, currency, number)
             join unnest($11::text[]) with ordinality as named (basket, number) on named.number = asked.number
            cross join lateral (select * from fares where fares.basket = named.basket offset 0) as baskets
            cross join lateral (select * from fares where ${isAsked} offset 0) as fares
            order by fares.id
           on conflict do nothing`,
    values: [...questions(list.map(({ fare }) => fare)), toArray(list.map(({ basket }) => numbers.get(basket))), names],
  };
}

function insertWatches(list: Written[], at: Date): Statement {
  const first = list.map(({ plan }) => plan.fares[0]!);
  return {
    text: `insert into price_watches
             (id, legacy_id, user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults,
              currency, what, ends_at, target_price, alert_threshold, is_active, paused_because, ended_at, ended_because,
              state, since, created_at, updated_at, version, series)
           select id, legacy_id, user_id, origin, destination, departure_date, return_date, cabin, max_stops, adults,
                  currency, what::jsonb, ends_at, target, null, is_active, paused, case when over then ends_at end,
                  case when over then 'time' end, state::jsonb, $21::timestamptz, created_at, updated_at,
                  version, series
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[],
                  $9::smallint[], $10::smallint[], $11::text[], $12::text[], $13::timestamptz[], $14::bigint[],
                  $15::boolean[], $16::text[], $17::boolean[], $18::text[], $19::timestamptz[], $20::timestamptz[],
                  $22::integer[], $23::integer[])
                  as watch (id, legacy_id, user_id, origin, destination, departure_date, return_date, cabin, max_stops,
                            adults, currency, what, ends_at, target, is_active, paused, over, state, created_at, updated_at,
                            version, series)
           on conflict (id) do update
              set (origin_code, destination_code, departure_date, return_date, class, max_stops, adults, currency, what,
                   ends_at, target_price, is_active, paused_because, ended_at, ended_because, state, updated_at, series) =
                  (excluded.origin_code, excluded.destination_code, excluded.departure_date, excluded.return_date,
                   excluded.class, excluded.max_stops, excluded.adults, excluded.currency, excluded.what, excluded.ends_at,
                   excluded.target_price, excluded.is_active, excluded.paused_because, excluded.ended_at,
                   excluded.ended_because, excluded.state, excluded.updated_at, excluded.series),
                  since = case
                    when excluded.series > price_watches.series or excluded.is_active and not price_watches.is_active
                      then excluded.since
                    else price_watches.since
                  end,
                  version = price_watches.version + 1
            where price_watches.version = excluded.version`,
    values: [
      ...toColumns(list, "id", "legacyId", "userId"),
      ...toColumns(
        first,
        ...([
          "origin",
          "destination",
          "departureDate",
          "returnDate",
          "cabin",
          "maxStops",
          "adults",
          "currency",
        ] as const),
      ),
      ...toColumns(list, "what"),
      toArray(list.map(({ plan }) => plan.endsAt.toISOString())),
      ...toColumns(list, "target", "isActive", "pausedBecause", "isOver"),
      ...toColumns(list, "state", "createdAt", "updatedAt"),
      at.toISOString(),
      ...toColumns(list, "version", "series"),
    ],
  };
}

/** Links each watch with its fare or its basket, and records its change, as of now. */
function linkWatches(list: Written[], own: (Asked | null)[], at: Date): Statement {
  const none = {
    id: "",
    origin: "",
    destination: "",
    departureDate: null,
    returnDate: null,
    cabin: "",
    maxStops: null,
    adults: 0,
    currency: "",
  };
  const fares = own.map((fare) => fare ?? (none as unknown as Asked));
  return {
    text: `with asked as (
             select *
               from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::smallint[],
                    $8::smallint[], $9::text[], $10::text[], $11::text[])
                    as asked (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, currency,
                              basket, watch_id)
           ), tracked as (
             select asked.watch_id, fares.id, fares.checked_at, fares.source, fares.source_since
               from asked
              cross join lateral (select * from fares where ${isAsked} offset 0) as fares
              where asked.basket is null
              union all
             select asked.watch_id, fares.id, fares.checked_at, fares.source, fares.source_since
               from asked
              cross join lateral (select * from fares where fares.basket = asked.basket offset 0) as fares
              where asked.basket is not null
           ), linked as (
             insert into watch_fares (watch_id, fare_id, live, wake_below)
             select tracked.watch_id, tracked.id, price_watches.is_active,
                    case when price_watches.ended_at is null then 9223372036854775807 else 0 end
               from tracked
               join price_watches on price_watches.id = tracked.watch_id
           )
           insert into watch_changes
             (watch_id, version, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low,
              is_active, anew, source, source_since, state)
           select price_watches.id, price_watches.version, $12::timestamptz, tracked.checked_at, tracked.id,
                  price_watches.series, price_watches.what,
                  price_watches.target_price, null, false, false, price_watches.is_active, '{}', tracked.source,
                  tracked.source_since, nullif(price_watches.state, '{}')
             from tracked
             join price_watches on price_watches.id = tracked.watch_id`,
    values: [
      ...questions(fares),
      toArray(list.map(({ plan }) => plan.basket)),
      ...toColumns(list, "id"),
      at.toISOString(),
    ],
  };
}
