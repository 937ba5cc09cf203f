import * as v from "valibot";
import { sql, utc } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import * as Money from "./base/money.ts";
import { decodeCursor, Page, toPage } from "./base/page.ts";
import { isSimulated } from "./flight.ts";

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
  rules: v.array(v.picklist(["target", "drop", "new_low", "route_low"])),
  alreadyTrue: v.boolean(),
  mistakeFare: v.boolean(),
  source: v.pipe(v.nullable(v.string()), v.description("the provider that the price came from")),
  simulated: v.pipe(v.boolean(), v.description("no such flight is flown")),
  readAt: v.nullable(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

export const Update = v.strictObject({ read: v.boolean() });

type AlertRow = Omit<Info, "price" | "previousPrice" | "simulated"> & {
  price: number;
  previousPrice: number | null;
  currency: string;
};

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
           ${utc(sql`alerts.read_at`)} as "readAt"`;

/** Lists a user's alerts, newest first. */
export async function list(userId: string, page: Page): Promise<{ items: Info[]; nextCursor: string | null }> {
  const { limit, cursor } = v.parse(Page, page);
  const before = decodeCursor(cursor);
  const rows = await sql`
    select ${columns}
      from alerts
      left join fares on fares.id = alerts.fare_id
     where alerts.user_id = ${userId}
       and (${before}::text is null or alerts.id < ${before})
     order by alerts.id desc
     limit ${limit + 1}`;
  const { items, nextCursor } = toPage(rows as AlertRow[], limit, (row) => row.id);
  return { items: items.map(toInfo), nextCursor };
}

/**
 * Marks an alert read (the first time counts) or unread.
 * @throws Problem `alert.missing` (also for another user's)
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { read } = v.parse(Update, input);
  const [row] = await sql`
    update alerts
       set read_at = case when ${read} then coalesce(alerts.read_at, ${at}::timestamptz) end
      from (select) as one
      left join fares on fares.id = (select told.fare_id from alerts as told where told.id = ${id})
     where alerts.id = ${id}
       and alerts.user_id = ${userId}
    returning ${columns}`;
  if (!row) throw new Problem("missing", "alert.missing", "There is no such alert.");
  return toInfo(row as AlertRow);
}

function toInfo({ currency, price, previousPrice, ...row }: AlertRow): Info {
  return {
    ...row,
    simulated: isSimulated(row.source),
    price: Money.toInfo(price, currency),
    previousPrice: previousPrice === null ? null : Money.toInfo(previousPrice, currency),
  };
}
