import * as v from "valibot";
import { sql } from "../db.ts";
import * as Money from "../money.ts";
import { after, cut, Page } from "../page.ts";
import type { Observation } from "./schema.ts";
import { missing, one } from "./view.ts";

/**
 * The checks of what is watched, newest first; they belong to the fare, so they may be older than the watch.
 * @throws Problem `watch.missing` (also for another user's)
 */
export async function history(
  userId: string,
  id: string,
  page: Page,
): Promise<{ items: Observation[]; nextCursor: string | null }> {
  const { limit, cursor } = v.parse(Page, page);
  const [micros, status] = after(cursor, /^\d{1,16} [a-z_]{2,20}$/)?.split(" ") ?? [null, null];
  const [owned, rows] = await sql.transaction([
    one(userId, id),
    sql`
      select (extract(epoch from price_observations.at) * 1000000)::bigint::text as micros,
             price_observations.status,
             price_observations.price::float8,
             price_watches.currency
        from price_watches
        join watch_fares on watch_fares.watch_id = price_watches.id
        join price_observations on price_observations.fare_id = watch_fares.fare_id
       where price_watches.id = ${id}
         and price_watches.user_id = ${userId}
         and (${micros}::bigint is null
              or (price_observations.at, price_observations.status)
                 < ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${status}))
       order by price_observations.at desc, price_observations.status desc
       limit ${limit + 1}`,
  ]);
  if (owned?.length === 0) throw missing();
  type Seen = { micros: string; status: Observation["status"]; price: number | null; currency: string };
  const { items, nextCursor } = cut((rows ?? []) as Seen[], limit, (row) => `${row.micros} ${row.status}`);
  return {
    items: items.map(({ micros, status, price, currency }) => ({
      at: new Date(Number(micros) / 1000).toISOString(),
      price: price === null ? null : Money.show(price, currency),
      status,
    })),
    nextCursor,
  };
}
