import * as v from "valibot";
import { sql } from "../db.ts";
import { Problem } from "../error.ts";
import * as Money from "../money.ts";
import { bandOf } from "./band.ts";
import type { RuleName, State } from "./decide.ts";
import { modeOf, pack, type Row, rulesOf, unpack } from "./row.ts";
import { type Info, Update } from "./schema.ts";
import { once, one, read, type Shown, shaped, soon } from "./view.ts";

/**
 * Changes rules (a changed or newly switched-on rule is armed anew and judged at the next check), or pauses and resumes.
 * The new state is decided on one reading and written only if nobody changed the watch since; else it is read again.
 * @throws Problem `watch.missing`, `watch.duplicate`, `watch.ended`, `watch.busy`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const changes = v.parse(Update, input);
  for (let tries = 0; tries < 5; tries++) {
    const before = await read(userId, id);
    if (before.ended) throw new Problem("conflict", "watch.ended", "This watch has ended.");
    const row = changed(before, changes);
    const band = bandOf(rulesOf(row), unpack(row.state), Money.exponent(row.currency), modeOf(row, at));
    const written = sql`
      with watch as (
        update price_watches
           set target_price = ${row.target},
               alert_threshold = ${row.drop}::numeric / 10000,
               new_low = ${row.newLow},
               route_low = ${row.routeLow},
               is_active = ${row.isActive},
               state = ${row.state}::jsonb,
               version = price_watches.version + 1,
               updated_at = ${at}
         where price_watches.id = ${id}
           and price_watches.user_id = ${userId}
           and price_watches.version = ${before.version}
        returning id
      ), band as (
        update watch_fares
           set wake_below = ${band.below},
               wake_above = ${band.above},
               wake_drop = ${band.drop},
               wake_first = ${band.first},
               wake_new_low = ${band.newLow},
               wake_route_low = ${band.routeLow},
               live = ${band.live}
          from watch
         where watch_fares.watch_id = watch.id
        returning watch_fares.fare_id
      ), woken as (
        update fares
           set due_at = ${soon(at)}
          from band
         where fares.id = band.fare_id
           and ${band.live}
      )
      select id
        from watch`;
    const [done = [], rows = []] = await once(sql.transaction([written, one(userId, id)]));
    if (done.length > 0) return shaped(rows[0] as Shown | undefined);
  }
  throw new Problem("conflict", "watch.busy", "This watch is changing right now.", { retryAfter: 1 });
}

/** A changed or newly switched-on rule begins a new epoch, armed; the others stay where they stand. */
function changed<T extends Row & { currency: string }>(row: T, changes: Update): T {
  const target = changes.targetPrice === undefined ? row.target : minor(changes.targetPrice, row.currency);
  const drop = changes.alertThreshold === undefined ? row.drop : share(changes.alertThreshold);
  const newLow = changes.rules?.newLow ?? row.newLow;
  const routeLow = changes.rules?.routeLow ?? row.routeLow;
  if (target === null && drop === null && !newLow && !routeLow) {
    const detail = "at least one rule must be on";
    throw new Problem("input", "watch.no_rule", "A watch needs a rule.", {
      errors: [{ pointer: "/alertThreshold", detail }],
    });
  }
  const anew: [RuleName, boolean][] = [
    ["target", target !== null && target !== row.target],
    ["drop", drop !== null && drop !== row.drop],
    ["new_low", newLow && !row.newLow],
    ["route_low", routeLow && !row.routeLow],
  ];
  const state: State = unpack(row.state);
  for (const [rule, isNew] of anew) {
    if (isNew) state.rules[rule] = { epoch: (state.rules[rule]?.epoch ?? 1) + 1, level: 1, trigger: null, since: null };
  }
  return { ...row, target, drop, newLow, routeLow, isActive: changes.isActive ?? row.isActive, state: pack(state) };
}

function minor(amount: string | null, currency: string): number | null {
  if (amount === null) return null;
  const found = Money.minor(amount, currency);
  if (found !== undefined && found > 0) return found;
  const detail = `must be above zero, with at most ${Money.exponent(currency)} decimals`;
  throw new Problem("input", "watch.target", "The target price does not fit the watch.", {
    errors: [{ pointer: "/targetPrice", detail }],
  });
}

function share(threshold: number | null): number | null {
  return threshold === null ? null : Math.round(threshold * 10_000);
}
