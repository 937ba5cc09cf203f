import { sql } from "../base/db.ts";
import type { Mode, RuleName, RuleState, Rules, State } from "./decide.ts";

/** A rule's state in the column `price_watches.state`: [epoch, level, trigger, since]. */
type Packed = { first?: number; last?: [price: number, at: number]; rules?: Partial<Record<RuleName, PackedRule>> };
type PackedRule = [epoch: number, level: number, trigger: number | null, since: number | null];

/** The columns of a watch that a decision needs, as SQL returns them. */
export type Row = {
  id: string;
  version: number;
  series: number;
  target: number | null;
  drop: number | null;
  newLow: boolean;
  routeLow: boolean;
  isActive: boolean;
  ended: boolean;
  /** UTC milliseconds; a moment in the past means no snooze. */
  snoozedUntil: number | null;
  state: string;
};

export const columns = sql`
           price_watches.id,
           price_watches.version,
           price_watches.series,
           price_watches.target_price::float8 as target,
           (price_watches.alert_threshold * 10000)::int as drop,
           price_watches.new_low as "newLow",
           price_watches.route_low as "routeLow",
           price_watches.is_active as "isActive",
           price_watches.ended_at is not null as ended,
           (extract(epoch from price_watches.snoozed_until) * 1000)::float8 as "snoozedUntil",
           price_watches.state::text`;

export function rulesOf(row: Pick<Row, "target" | "drop" | "newLow" | "routeLow">): Rules {
  return { target: row.target, drop: row.drop, newLow: row.newLow, routeLow: row.routeLow };
}

/** A snooze ends by itself: at that very moment the watch is active. */
export function modeOf(row: Pick<Row, "isActive" | "ended" | "snoozedUntil">, at: Date): Mode {
  if (row.ended) return "ended";
  if (!row.isActive) return "paused";
  return row.snoozedUntil !== null && row.snoozedUntil > at.getTime() ? "snoozed" : "active";
}

export function unpack(text: string): State {
  const { first, last, rules = {} } = JSON.parse(text) as Packed;
  const named = Object.entries(rules) as [RuleName, PackedRule][];
  return {
    firstPrice: first ?? null,
    lastAlert: last ? { price: last[0], at: last[1] } : null,
    rules: Object.fromEntries(
      named.map(([rule, [epoch, level, trigger, since]]) => [
        rule,
        { epoch, level, trigger, since } satisfies RuleState,
      ]),
    ),
  };
}

export function pack(state: State): string {
  const named = Object.entries(state.rules) as [RuleName, RuleState][];
  return JSON.stringify({
    ...(state.firstPrice === null ? {} : { first: state.firstPrice }),
    ...(state.lastAlert ? { last: [state.lastAlert.price, state.lastAlert.at] } : {}),
    ...(named.length === 0
      ? {}
      : { rules: Object.fromEntries(named.map(([rule, r]) => [rule, [r.epoch, r.level, r.trigger, r.since]])) }),
  } satisfies Packed);
}
