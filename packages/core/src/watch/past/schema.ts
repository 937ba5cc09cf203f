import * as v from "valibot";
import { Instant } from "../../base/day.ts";
import * as Money from "../../base/money.ts";
import { Page } from "../../base/page.ts";
import * as Channel from "../../channel.ts";
import { verdicts } from "../../fare.ts";
import { ruleNames } from "../../rule.ts";
import { RulesInfo } from "../rules.ts";
import { Checked, Info, Observation } from "../schema.ts";

const amount = v.nullable(Money.Info);
const Moment = v.nullable(v.object({ price: Money.Info, at: v.string() }));

/** Which series to show: the present one by default. A watch starts a new series when its subject changes. */
export const Series = v.strictObject({
  ...Page.entries,
  series: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
});
export type Series = v.InferInput<typeof Series>;

/** The most days of one page: a year and a month. */
export const maxDays = 400;

/** Which series to show, and whether by check or by day: at most 100 checks or 400 days of a page. */
export const Resolution = v.pipe(
  v.strictObject({
    ...Series.entries,
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxDays)), 25),
    resolution: v.optional(v.picklist(["full", "day"]), "full"),
  }),
  v.forward(
    v.check(({ limit, resolution }) => resolution === "day" || limit <= 100, "must be 100 or less, 400 for days"),
    ["limit"],
  ),
);
export type Resolution = v.InferInput<typeof Resolution>;

/**
 * Which decisions to list: all, or those that alerted or were silent; of checks from `from` on and before `to`; the page
 * with the check at `around`, or with the one before it.
 */
export const Decisions = v.pipe(
  v.strictObject({
    ...Series.entries,
    around: v.optional(Instant),
    alerted: v.optional(v.boolean()),
    fold: v.optional(v.boolean(), false),
    from: v.optional(Instant),
    to: v.optional(Instant),
  }),
  v.forward(
    v.check(({ around, cursor }) => around === undefined || cursor === undefined, "cannot be given with a cursor"),
    ["around"],
  ),
);
export type Decisions = v.InferInput<typeof Decisions>;

/**
 * One day (UTC) with checks: the lowest, the highest and the last ok price, and the number of checks; `ghost` is the
 * lowest price that a provider took back at once.
 */
export const Day = v.object({
  date: v.string(),
  low: amount,
  high: amount,
  last: amount,
  checks: v.number(),
  ghost: amount,
});
export type Day = v.InferOutput<typeof Day>;

/**
 * The whole past in figures: lowest, highest and last price with their moments; `rank`, the percentage of the last 90
 * days' prices below the last one, given at least 30 of them on 14 days; the next check, if there is one; and the
 * period for which only the lowest price of each day is kept.
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

/** One page of the past, by check or by day, and how the last price compares. */
export const Lookback = v.object({
  items: v.union([v.array(Observation), v.array(Day)]),
  nextCursor: v.nullable(v.string()),
  standing: Standing,
});

const covered = [
  "origin",
  "destination",
  "departureDate",
  "returnDate",
  "departureFrom",
  "departureTo",
  "stayNights",
  "weekendsIn",
  "adults",
  "childAges",
  "infants",
  "cabin",
] as const;

/** What a watch covers now: fields that were not asked for are null. */
export const Covered = v.pick(Info, covered);
export type Covered = v.InferOutput<typeof Covered>;

/** The fields of `Covered` alone. */
export const toCovered = (subject: Covered): Covered =>
  Object.fromEntries(covered.map((name) => [name, subject[name]])) as Covered;

/** The bound that a price was nearest to from above, and by how much. */
const Nearest = v.nullable(v.object({ rule: v.picklist(ruleNames), bound: Money.Info, above: Money.Info }));

/**
 * What became of an alert on one channel, null where that was removed since. `heldBecause`: why it did not go at once.
 * `because`: why it was dropped (the price holds no longer, or the watch is over, paused or another one), or failed (the
 * channel). `dueAt`: for when it was planned; `settledAt`: when it was sent, dropped or given up.
 */
export const Delivered = v.object({
  channelId: v.string(),
  channel: v.nullable(v.picklist(Channel.kinds)),
  status: v.picklist(["pending", "sent", "failed", "held", "dropped", "not_sent"]),
  because: v.nullable(v.picklist(["price", "over", "channel"])),
  heldBecause: v.nullable(v.picklist(["quiet", "most", "paused", "late", "outage"])),
  dueAt: v.string(),
  settledAt: v.nullable(v.string()),
});
export type Delivered = v.InferOutput<typeof Delivered>;

/**
 * What a check meant for a watch: the rules that fired, or the first reason for silence, the `rules` it had then, and
 * the price at or below which each was true; null for a rule that was off or had too little history. `not judged` is a
 * check that was under way when the watch was created or changed. `run` is what a folded item stands for: the number of
 * checks, from the oldest to the newest, with the range of their prices; null for a check alone. `alert` is what it
 * gave, with what became of it on each channel.
 */
export const Judged = v.object({
  ...Observation.entries,
  decision: Checked.entries.decision,
  rules: RulesInfo,
  bounds: v.object({ target: amount, drop: amount, newLow: amount, routeLow: amount }),
  nearest: Nearest,
  alert: v.nullable(v.object({ id: v.string(), deliveries: v.array(Delivered) })),
  run: v.nullable(
    v.object({
      count: v.number(),
      from: v.string(),
      to: v.string(),
      lowest: amount,
      highest: amount,
      nearest: Nearest,
    }),
  ),
});
export type Judged = v.InferOutput<typeof Judged>;

/**
 * How the last price of a watch compares with those that it found in the 90 days before, of all that it covers, with its
 * wishes. As of `Insight.Result`.
 */
export const Compared = v.object({
  sample: v.object({ of: v.literal("watch"), observations: v.number(), days: v.number() }),
  price: amount,
  lowest: amount,
  highest: amount,
  quartiles: v.nullable(v.object({ lower: Money.Info, upper: Money.Info })),
  median: amount,
  rank: v.nullable(v.number()),
  verdict: v.picklist(verdicts),
});
export type Compared = v.InferOutput<typeof Compared>;

/**
 * What a screen shows of a watch: its last 400 days, newest first, where it stands, how its price compares, its alerts,
 * the moments at which it was changed, paused, snoozed or resumed, oldest first, and its last three decisions, folded;
 * and the number of unread alerts of the account.
 */
export const Overview = v.object({
  days: v.array(Day),
  standing: Standing,
  insight: Compared,
  alerts: v.array(v.object({ at: v.string(), price: Money.Info, rules: v.array(v.picklist(ruleNames)) })),
  changes: v.array(v.string()),
  decisions: v.array(Judged),
  unread: v.number(),
});
export type Overview = v.InferOutput<typeof Overview>;

/**
 * The rules of a watch with the defaults, the alerts that it would have given, oldest first, and what they are based on:
 * the record of exactly this `search`; or, for a search over several fares without a record of its own, the merged
 * records of those fares; `nothing`; or nothing because offers with its `wishes` were never recorded. The record is in
 * UTC days; before `dailyBefore` it has only the lowest price of each day.
 */
export const Simulated = v.object({
  rules: RulesInfo,
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
  days: v.pipe(
    v.array(v.object({ date: v.string(), low: Money.Info })),
    v.description("the lowest price of each of the newest 400 days with one, oldest first"),
  ),
  variants: v.pipe(
    v.array(v.object({ target: Money.Info, alerts: v.number(), best: amount })),
    v.description("for each variant, in their order: the number of alerts, and the least price of one"),
  ),
});
export type Simulated = v.InferOutput<typeof Simulated>;
