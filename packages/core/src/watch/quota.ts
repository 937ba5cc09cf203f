import { type Fragment, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import type { Rules } from "../rule.ts";
import { duplicate } from "./errors.ts";

/** The most watches that a user may have: active, active and paused together, and with those that have ended. */
const most = { active: 100, ongoing: 100, total: 1_000 };

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

/**
 * A user's other watches: how many are active, how many have not ended, how many there are in all, and whether one that
 * has not ended has the same subject and rules.
 */
export type Peers = { active: number; ongoing: number; total: number; twin: boolean };

/** Selects `Peers`, after the lock above; `isOf` is the condition that a row of `fares` is the same subject. */
export function selectPeers(userId: string, id: string, isOf: Fragment, rules: Rules): Fragment {
  return sql`
      select count(*) filter (where price_watches.is_active)::int as active,
             count(*)::int as ongoing,
             (
               select count(*)::int
                 from price_watches as every
                where every.user_id = ${userId}
                  and every.id <> ${id}
             ) as total,
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

/** The condition that one more watch is allowed. */
export const hasRoom = sql`peers.active < ${most.active}
         and peers.ongoing < ${most.ongoing}
         and peers.total < ${most.total}`;

/** The problem that the other watches are the reason for, if any. */
export function refusal({ active, ongoing, total, twin }: Peers): Problem | undefined {
  if (twin) return duplicate();
  if (active >= most.active) return full(`${active} active watches`, most.active, "Pause");
  if (ongoing >= most.ongoing) return full(`${ongoing} watches that have not ended`, most.ongoing, "End");
  return total < most.total ? undefined : full(`${total} watches with the ended ones`, most.total, "Delete");
}

function full(have: string, limit: number, help: string): Problem {
  const message = `You have ${have}, and ${limit} are the most. ${help} one first.`;
  return new Problem("conflict", "watch.limit", message);
}
