import * as v from "valibot";
import * as Airport from "../airport.ts";
import { type Fragment, sql, transaction } from "../base/db.ts";
import { list as listOf } from "../base/list.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import { Place } from "../flight.ts";
import type { Info } from "./schema.ts";
import { selectWatches } from "./select.ts";
import { type SelectedWatch, toInfo } from "./shape.ts";
import { selectUnread, toUnread } from "./unread.ts";

const states = ["active", "snoozed", "paused", "ended"] as const;

/**
 * Which watches to list, and in which order: of these states; from or to this place, or one that it contains or is part
 * of; with this text as a place, a flight or an airline. `created` and `changed` begin with the newest, `departure` with
 * the soonest of those that are not over, `price` with the lowest of each currency.
 */
export const List = v.strictObject({
  ...Page.entries,
  state: v.optional(listOf(v.picklist(states), states.length)),
  origin: v.optional(Place),
  destination: v.optional(Place),
  q: v.optional(
    v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty"), v.maxLength(99, "must be shorter than 100")),
  ),
  sort: v.optional(v.picklist(["created", "departure", "price", "changed"]), "created"),
});
export type List = v.InferInput<typeof List>;
type Wanted = v.InferOutput<typeof List>;

/**
 * Lists a user's watches as they stand at `at`, in one request. Reads the index of the user's watches, of which there
 * are 1,000 at most, and whole rows for the page alone. A cursor continues only the order that gave it; a watch whose
 * place in the order changes meanwhile may come twice or not at all, every other one once.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(
  userId: string,
  query: List,
  at: Date,
): Promise<{ items: Info[]; nextCursor: string | null; unread: number }> {
  const wanted = v.parse(List, query);
  const { limit, cursor, sort } = wanted;
  const { by, shape, after, keyOf } = orders[sort];
  const key = decodeCursor(cursor, shape)?.split(" ");
  const codes = await codesOf(wanted);
  const { rows, unread } = await transaction({
    rows: sql`
    ${selectWatches}
     where price_watches.id in (
             select price_watches.id
               from price_watches
               join watch_fares on watch_fares.watch_id = price_watches.id
               join fares on fares.id = watch_fares.fare_id
              where price_watches.user_id = ${userId}
                and ${matches(wanted, codes, at)}
                ${key ? sql`and ${after(key, at)}` : sql``}
              order by ${by(at)}
              limit ${limit + 1}
           )
     order by ${by(at)}`,
    unread: selectUnread(userId),
  });
  const { items, nextCursor } = toPage(rows as SelectedWatch[], limit, (row) => keyOf(row, at).join(" "));
  return { items: await Promise.all(items.map((row) => toInfo(row, at))), nextCursor, unread: toUnread(unread) };
}

const isOver = (at: Date) =>
  sql`(price_watches.ended_at is not null or coalesce(price_watches.ends_at <= ${at}::timestamptz, false))`;

/** The codes that the places and the text of a query stand for: places, and a flight or an airline. */
type Codes = Partial<Record<"origin" | "destination" | "q", string[]>>;

/** A text never reaches a pattern: what it means is looked up, and codes are compared. */
async function codesOf({ origin, destination, q }: Wanted): Promise<Codes> {
  const code = q?.toUpperCase() ?? "";
  const isFlight = /^[A-Z0-9]{2}\d{1,4}$/.test(code);
  return {
    ...(origin && { origin: await Airport.related(origin) }),
    ...(destination && { destination: await Airport.related(destination) }),
    ...(q && { q: isFlight ? [code] : [...(/^[A-Z0-9]{2,3}$/.test(code) ? [code] : []), ...(await Airport.named(q))] }),
  };
}

function matches({ state }: Wanted, codes: Codes, at: Date): Fragment {
  const conditions = [
    state &&
      sql`
      case
        when ${isOver(at)} then 'ended'
        when not price_watches.is_active then 'paused'
        when price_watches.snoozed_until > ${at}::timestamptz then 'snoozed'
        else 'active'
      end = any(${state}::text[])`,
    codes.origin && isAmong(origins, codes.origin),
    codes.destination && isAmong(destinations, codes.destination),
    codes.q &&
      sql`
      ${isAmong(origins, codes.q)}
      or ${isAmong(destinations, codes.q)}
      or coalesce(price_watches.what -> 'flights' ?| ${codes.q}::text[], false)
      or coalesce(price_watches.what -> 'airlines' ?| ${codes.q}::text[], false)`,
  ];
  return conditions.reduce<Fragment>((all, one) => (one ? sql`${all} and (${one})` : all), sql`true`);
}

/** The places of a watch: those of its subject, one or a list, or of its only fare. */
const origins = sql`coalesce(price_watches.what -> 'origin', to_jsonb(price_watches.origin_code))`;
const destinations = sql`coalesce(price_watches.what -> 'destination', to_jsonb(price_watches.destination_code))`;

function isAmong(places: Fragment, codes: string[]): Fragment {
  return sql`exists (
             select
               from jsonb_path_query(${places}, '$[*]') as told (place)
              where told.place #>> '{}' = any(${codes}::text[])
           )`;
}

/**
 * An order: what it compares, the text of a cursor, the condition for what comes after it, and the same key of a row.
 * All but the order by age compare upwards, with the id at the end, so that one comparison of rows continues it.
 */
type Order = {
  by: (at: Date) => Fragment;
  shape: RegExp;
  after: (key: string[], at: Date) => Fragment;
  keyOf: (row: SelectedWatch, at: Date) => (string | number)[];
};

const day = sql`price_watches.departure_date - date '1970-01-01'`;
const changed = sql`coalesce(-floor(extract(epoch from fares.changed_at) * 1000)::bigint, 1)`;
const price = sql`price_watches.currency, coalesce(fares.price, ${Number.MAX_SAFE_INTEGER}::bigint)`;

const orders: Record<Wanted["sort"], Order> = {
  created: {
    by: () => sql`price_watches.id desc`,
    shape: /^wch_[0-9a-z]{26}$/,
    after: ([id]) => sql`price_watches.id < ${id}`,
    keyOf: ({ id }) => [id],
  },
  departure: {
    by: (at) => sql`${isOver(at)}::int, ${day}, price_watches.id`,
    shape: /^[01] -?\d{1,6} wch_[0-9a-z]{26}$/,
    after: ([over, days, id], at) => sql`
      (${isOver(at)}::int, ${day}, price_watches.id) > (${over}::int, ${days}::int, ${id}::text)`,
    keyOf: ({ id, departureDate, endsAt, endedAt }, at) => {
      const over = endedAt !== null || (endsAt !== null && Date.parse(endsAt) <= at.getTime());
      return [over ? 1 : 0, Math.round(Date.parse(departureDate) / 86_400_000), id];
    },
  },
  price: {
    by: () => sql`${price}, price_watches.id`,
    shape: /^[A-Z]{3} \d{1,16} wch_[0-9a-z]{26}$/,
    after: ([currency, amount, id]) => sql`
      (${price}, price_watches.id) > (${currency}::text, ${amount}::bigint, ${id}::text)`,
    keyOf: ({ id, currency, currentPrice }) => [currency, currentPrice ?? Number.MAX_SAFE_INTEGER, id],
  },
  changed: {
    by: () => sql`${changed}, price_watches.id`,
    shape: /^(1|-\d{1,15}) wch_[0-9a-z]{26}$/,
    after: ([moment, id]) => sql`(${changed}, price_watches.id) > (${moment}::bigint, ${id}::text)`,
    keyOf: ({ id, changedAt }) => [changedAt === null ? 1 : -Date.parse(changedAt), id],
  },
};
