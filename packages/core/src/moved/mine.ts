import * as v from "valibot";
import { sql, transaction } from "../base/db.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { countsOf } from "./rows.ts";
import { List, type Lost, type Mine } from "./schema.ts";

/**
 * What moved to a user's account from the old application: how many of each kind, and what was lost, in the order of ids.
 * Rows that were merged into one count as that one. One request.
 * @throws ValiError, Problem `page.cursor`
 */
export async function mine(userId: string, query: v.InferInput<typeof List>): Promise<Mine> {
  const { limit, cursor } = v.parse(List, query);
  const after = decodeCursor(cursor);
  const { account, lost } = await transaction({
    account: sql`
    select exists (
             select from moved_rows where moved_rows.source = 'users' and moved_rows.new_id = ${userId}
           ) as moved,
           ${countsOf(sql`${userId}::text`)} as counts`,
    lost: sql`
    with own as (
      select 'account' as kind, ${userId}::text as id
       union all
      select 'watch', price_watches.id from price_watches where price_watches.user_id = ${userId}
       union all
      select 'booking', bookings.id from bookings where bookings.user_id = ${userId}
       union all
      select 'traveler', travelers.id from travelers where travelers.user_id = ${userId}
       union all
      select 'search', search_analytics.id
        from search_analytics
       where search_analytics.user_id = ${userId}
         and search_analytics.legacy_id is not null
    )
    select own.kind,
           own.id,
           array_agg(distinct reason.code order by reason.code) as why
      from own
      join moved_rows on moved_rows.new_id = own.id
     cross join lateral unnest(moved_rows.why) as reason (code)
     where ${after}::text is null or own.id > ${after}
     group by own.kind, own.id
     order by own.id
     limit ${limit + 1}`,
  });
  const { items, nextCursor } = toPage(lost as Lost[], limit, ({ id }) => id);
  return { ...(account[0] as Pick<Mine, "moved" | "counts">), items, nextCursor };
}
