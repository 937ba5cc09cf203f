import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import type { Rules } from "../rule.ts";
import { duplicate } from "./select.ts";

type Fragment = ReturnType<typeof sql>;

/** How many active watches one person may have. */
const most = 100;

/** Has whoever would add to somebody's watches, or change one, wait for the others who do. A sweep does not. */
export function hold(userId: string): Fragment {
  return sql`
    select
      from users
     where users.id = ${userId}
       for no key update`;
}

/** The other watches of a person: how many are active, and whether one is of the same with the same rules. */
export type Peers = { active: number; twin: boolean };

/** `Peers`, counted after `hold`; `isOf` says what is the same, of a row of `fares`. */
export function peers(userId: string, id: string, isOf: Fragment, rules: Rules): Fragment {
  return sql`
      select count(*) filter (where price_watches.is_active)::int as active,
             coalesce(
               bool_or(
                 ${isOf}
                 and price_watches.target_price is not distinct from ${rules.target}::bigint
                 and price_watches.alert_threshold is not distinct from ${rules.drop}::numeric / 10000
                 and price_watches.new_low = ${rules.newLow}
                 and price_watches.route_low = ${rules.routeLow}
               ),
               false
             ) as twin
        from price_watches
        join watch_fares on watch_fares.watch_id = price_watches.id
        join fares on fares.id = watch_fares.fare_id
       where price_watches.user_id = ${userId}
         and price_watches.id <> ${id}
         and price_watches.ended_at is null`;
}

/** No more than so many are active. */
export const room = sql`peers.active < ${most}`;

/** Why a watch was not written beside its peers, if it is for them. */
export function refusal({ active, twin }: Peers): Problem | undefined {
  if (twin) return duplicate();
  if (active < most) return undefined;
  return new Problem("conflict", "watch.limit", `You have ${active} active watches, and ${most} are the most.`);
}
