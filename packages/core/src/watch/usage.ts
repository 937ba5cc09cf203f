import { sql } from "../base/db.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import type { Usage } from "./schema.ts";

/** Returns what an account's provider calls are spent on at `at`; `made` is null without Redis. */
export async function usage(account: Flight.Account, at: Date): Promise<Usage> {
  const owner = Flight.ownerOf(account);
  const [made, rows] = await Promise.all([
    Flight.callsOf(owner, at).catch(() => null),
    sql`
      select price_watches.id,
             fares.departure_date::text as "departureDate",
             count(*)::int as fares
        from price_watches
        join watch_fares on watch_fares.watch_id = price_watches.id and watch_fares.live
        left join basket_fares on basket_fares.basket_id = watch_fares.fare_id
        join fares on fares.id = coalesce(basket_fares.fare_id, watch_fares.fare_id)
       where price_watches.user_id = ${account.userId}
       group by price_watches.id, fares.departure_date
       order by price_watches.id desc`,
  ]);
  const perDay = new Map<string, number>();
  for (const { id, departureDate, fares } of rows as { id: string; departureDate: string; fares: number }[])
    perDay.set(id, (perDay.get(id) ?? 0) + fares * Fare.checksPerDay(departureDate, at));
  return {
    limit: owner.most,
    made,
    left: made === null ? null : Math.max(0, owner.most - made),
    resetsAt: new Date(Flight.dayEnd(at)).toISOString(),
    watches: [...perDay].map(([id, callsPerDay]) => ({ id, callsPerDay })),
  };
}
