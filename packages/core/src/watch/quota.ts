import { type Fragment, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import type { Rules } from "../rule.ts";
import { duplicate } from "./errors.ts";

/** The most active watches a user may have. */
const maxActive = 100;

/**
 * Locks the user's row, so that creates and edits of one user's watches run one after another. Sweeps do not take this
 * lock.
 */
export function lockUser(userId: string): Fragment {
  return sql`
    select
      from users
     where users.id = ${userId}
       for no key update`;
}

/** A user's other watches: how many are active, and whether one has the same subject and rules. */
export type Peers = { active: number; twin: boolean };

/** Selects `Peers`, after the lock above; `isOf` is the condition that a row of `fares` is the same subject. */
export function selectPeers(userId: string, id: string, isOf: Fragment, rules: Rules): Fragment {
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

/** The condition that one more active watch is allowed. */
export const hasRoom = sql`peers.active < ${maxActive}`;

/** The problem that the other watches are the reason for, if any. */
export function refusal({ active, twin }: Peers): Problem | undefined {
  if (twin) return duplicate();
  if (active < maxActive) return undefined;
  return new Problem("conflict", "watch.limit", `You have ${active} active watches, and ${maxActive} are the most.`);
}
