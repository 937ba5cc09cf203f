import * as v from "valibot";
import { joins, Now, type Row as ShownRow, Subject, columns as shownColumns, toNow } from "./alert/shown.ts";
import { Instant } from "./base/day.ts";
import { sql, transaction, utc } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { startOfIds } from "./base/id.ts";
import { list as listOf } from "./base/list.ts";
import * as Money from "./base/money.ts";
import { decodeCursor, Page, toPage } from "./base/page.ts";
import { isSimulated, KeptInfo, type KeptOffer, keptInfo } from "./flight.ts";

const ruleNames = ["target", "drop", "new_low", "route_low"] as const;

/** An alert: the journey, the rules that were true, the price then, and the ok price before it. */
export const Info = v.object({
  id: v.string(),
  watchId: v.string(),
  at: v.string(),
  origin: v.string(),
  destination: v.string(),
  departureDate: v.string(),
  returnDate: v.nullable(v.string()),
  price: Money.Info,
  previousPrice: v.nullable(Money.Info),
  rules: v.array(v.picklist(ruleNames)),
  alreadyTrue: v.boolean(),
  mistakeFare: v.boolean(),
  source: v.nullable(v.string()),
  simulated: v.boolean(),
  readAt: v.nullable(v.string()),
  createdAt: v.string(),
  watch: Subject,
  now: Now,
});
export type Info = v.InferOutput<typeof Info>;

/** An alert with the offer that was judged, where it is known, and when the provider confirmed it (UTC). */
export const Full = v.object({
  ...Info.entries,
  offer: v.nullable(KeptInfo),
  confirmedAt: v.nullable(v.string()),
});
export type Full = v.InferOutput<typeof Full>;

export const Update = v.strictObject({ read: v.boolean() });

/** Which alerts to list: without a value, all. */
export const List = v.strictObject({
  ...Page.entries,
  unread: v.optional(v.boolean()),
  watchId: v.optional(v.pipe(v.string(), v.regex(/^wch_[0-9a-z]{26}$/, "must be the id of a watch"))),
  rule: v.optional(listOf(v.picklist(ruleNames), ruleNames.length)),
  from: v.optional(Instant),
  to: v.optional(Instant),
});
export type List = v.InferInput<typeof List>;

/** Marks all alerts read that were written until then: the `createdAt` of the newest one that the reader was shown. */
export const ReadAll = v.strictObject({ until: Instant });

/** How many alerts are unread. */
export const Unread = v.object({ unread: v.pipe(v.number(), v.integer()) });
export type Unread = v.InferOutput<typeof Unread>;

type AlertRow = Omit<Info, "price" | "previousPrice" | "simulated" | keyof ShownRow> &
  ShownRow & {
    price: number;
    previousPrice: number | null;
    currency: string;
  };

/** A page of alerts, with the number of all unread ones. */
export type Listed = { items: Info[]; nextCursor: string | null } & Unread;

/** The journey stands in the alert; one that was written before it did takes it from its fare. */
const columns = sql`
           alerts.id,
           alerts.watch_id as "watchId",
           ${utc(sql`alerts.at`)} as at,
           coalesce(alerts.origin, fares.origin) as origin,
           coalesce(alerts.destination, fares.destination) as destination,
           coalesce(alerts.departure_date, fares.departure_date)::text as "departureDate",
           coalesce(alerts.return_date, fares.return_date)::text as "returnDate",
           alerts.price::float8,
           alerts.previous_price::float8 as "previousPrice",
           alerts.currency,
           alerts.rules,
           alerts.already_true as "alreadyTrue",
           alerts.mistake_fare as "mistakeFare",
           alerts.source,
           ${utc(sql`alerts.read_at`)} as "readAt",
           ${utc(sql`alerts.created_at`)} as "createdAt",
           ${shownColumns}`;

/**
 * Lists a user's alerts, newest first: the unread or the read ones, those of one watch, those in which one of these
 * rules fired, and those of checks from `from` on and before `to`. An id begins with the moment of its check, so that
 * the index of a user's alerts is read for that time alone; for the unread ones there is an index of them.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(userId: string, query: List): Promise<Listed> {
  const { limit, cursor, unread, watchId, rule, from, to } = v.parse(List, query);
  const before = decodeCursor(cursor);
  const found = await transaction({
    rows: sql`
    select ${columns}
      from alerts
      left join fares on fares.id = alerts.fare_id
      ${joins}
     where alerts.user_id = ${userId}
       ${before === null ? none : sql`and alerts.id < ${before}`}
       ${unread === undefined ? none : sql`and alerts.read_at is ${unread ? none : sql`not`} null`}
       ${watchId === undefined ? none : sql`and alerts.watch_id = ${watchId}`}
       ${rule === undefined ? none : sql`and alerts.rules && ${rule}::text[]`}
       ${from === undefined ? none : sql`and alerts.at >= ${from}::timestamptz and alerts.id >= ${startOfIds("alr", from)}`}
       ${to === undefined ? none : sql`and alerts.at < ${to}::timestamptz and alerts.id < ${startOfIds("alr", to)}`}
     order by alerts.id desc
     limit ${limit + 1}`,
    unread: countUnread(userId),
  });
  const { items, nextCursor } = toPage(found.rows as AlertRow[], limit, (row) => row.id);
  return { items: items.map(toInfo), nextCursor, ...(found.unread[0] as Unread) };
}
const none = sql``;

/** Returns an alert with its offer. @throws Problem `alert.missing` (also for another user's) */
export async function get(userId: string, id: string): Promise<Full> {
  const [row] = await sql`
    select ${columns},
           alerts.offer,
           ${utc(sql`alerts.confirmed_at`)} as "confirmedAt"
      from alerts
      left join fares on fares.id = alerts.fare_id
      ${joins}
     where alerts.id = ${id}
       and alerts.user_id = ${userId}`;
  if (!row) throw missing();
  const { offer, confirmedAt, ...alert } = row as AlertRow & { offer: KeptOffer | null; confirmedAt: string | null };
  return { ...toInfo(alert), offer: offer && keptInfo(offer), confirmedAt };
}

const missing = () => new Problem("missing", "alert.missing", "There is no such alert.");

/** Counts a user's unread alerts, by the index of unread ones. */
export async function unread(userId: string): Promise<Unread> {
  const [row] = await countUnread(userId);
  return row as Unread;
}

const countUnread = (userId: string) => sql`
    select count(*)::int as unread
      from alerts
     where alerts.user_id = ${userId}
       and alerts.read_at is null`;

/**
 * Marks a user's alerts read that were written at `until` or before; those that come meanwhile stay unread. Doing it
 * again changes nothing. Returns how many are unread now.
 * @throws ValiError
 */
export async function readAll(userId: string, input: unknown, at: Date): Promise<Unread> {
  const { until } = v.parse(ReadAll, input);
  const { left } = await transaction({
    // In one order, so that two of these cannot deadlock.
    marked: sql`
    with held as materialized (
      select alerts.id
        from alerts
       where alerts.user_id = ${userId}
         and alerts.read_at is null
         and date_trunc('milliseconds', alerts.created_at) <= ${until}::timestamptz
       order by alerts.id
         for no key update
    )
    update alerts
       set read_at = ${at}::timestamptz
      from held
     where alerts.id = held.id`,
    left: countUnread(userId),
  });
  return left[0] as Unread;
}

/**
 * Marks an alert read (the first time counts) or unread.
 * @throws Problem `alert.missing` (also for another user's)
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { read } = v.parse(Update, input);
  const [row] = await sql`
    with marked as (
      update alerts
         set read_at = case when ${read} then coalesce(alerts.read_at, ${at}::timestamptz) end
       where alerts.id = ${id}
         and alerts.user_id = ${userId}
      returning alerts.*
    )
    select ${columns}
      from marked as alerts
      left join fares on fares.id = alerts.fare_id
      ${joins}`;
  if (!row) throw missing();
  return toInfo(row as AlertRow);
}

function toInfo({ currency, price, previousPrice, now, ...row }: AlertRow): Info {
  return {
    ...row,
    simulated: isSimulated(row.source),
    price: Money.toInfo(price, currency),
    now: toNow(now, currency, row.rules),
    previousPrice: previousPrice === null ? null : Money.toInfo(previousPrice, currency),
  };
}
