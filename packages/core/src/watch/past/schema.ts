import * as v from "valibot";
import * as Money from "../../base/money.ts";
import { Page } from "../../base/page.ts";
import { ruleNames } from "../../rule.ts";
import { Checked, Info, Observation } from "../schema.ts";

const amount = v.nullable(Money.Info);
const Moment = v.nullable(v.object({ price: Money.Info, at: v.string() }));

/** Which part of the past: of the present series unless told. A watch begins a new one when something else is watched. */
export const Series = v.strictObject({
  ...Page.entries,
  series: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
});
export type Series = v.InferInput<typeof Series>;

/** Which part of the past, check by check or as days. */
export const Resolution = v.strictObject({
  ...Series.entries,
  resolution: v.optional(v.picklist(["full", "day"]), "full"),
});
export type Resolution = v.InferInput<typeof Resolution>;

/** A day (UTC) with checks: the lowest, the highest and the last price that was sold, and how often it was asked. */
export const Day = v.object({ date: v.string(), low: amount, high: amount, last: amount, checks: v.number() });
export type Day = v.InferOutput<typeof Day>;

/**
 * What the whole past of what is watched comes to: its prices, with when each last was; `rank`, how many in a hundred of
 * the last 90 days' were lower than the last, from at least 30 on 14 days; the next check, while there is one; and from
 * when to when only the lowest price of each day is kept.
 */
export const Standing = v.object({
  lowest: Moment,
  highest: Moment,
  last: Moment,
  rank: v.nullable(v.number()),
  nextCheck: v.nullable(v.object({ at: v.string(), because: Info.entries.nextCheckBecause })),
  daily: v.nullable(v.object({ from: v.string(), to: v.string() })),
});
export type Standing = v.InferOutput<typeof Standing>;

/** A part of the past, check by check or as days, and where what is watched stands. */
export const Lookback = v.object({
  items: v.union([v.array(Observation), v.array(Day)]),
  nextCursor: v.nullable(v.string()),
  standing: Standing,
});

/**
 * What a check meant for a watch: the rules that fired, or the first reason for silence, with the price at or below which
 * each rule was true then; null for one that was off or had too little to go by. `not judged` is a check that was under
 * way when the watch was made or changed.
 */
export const Judged = v.object({
  ...Observation.entries,
  decision: Checked.entries.decision,
  bounds: v.object({ target: amount, drop: amount, newLow: amount, routeLow: amount }),
});
export type Judged = v.InferOutput<typeof Judged>;

/**
 * What a watch would have told, oldest first, and of what that is known: the record of exactly this `search`; else, of a
 * search for several fares that nobody watched, their own records put together; `nothing`; or nothing because nobody ever
 * looked for its `wishes`. The record is in UTC days; before `dailyBefore` it has only the lowest price of each.
 */
export const Simulated = v.object({
  alerts: v.array(
    v.object({
      at: v.string(),
      price: Money.Info,
      previousPrice: v.nullable(Money.Info),
      rules: v.array(v.picklist(ruleNames)),
      alreadyTrue: v.boolean(),
      mistakeFare: v.boolean(),
    }),
  ),
  sample: v.object({
    of: v.picklist(["search", "fares", "nothing", "wishes"]),
    checks: v.number(),
    days: v.number(),
    from: v.nullable(v.string()),
    to: v.nullable(v.string()),
    dailyBefore: v.nullable(v.string()),
  }),
});
export type Simulated = v.InferOutput<typeof Simulated>;
