import * as v from "valibot";
import { former } from "../base/former.ts";
import { list } from "../base/list.ts";
import * as Money from "../base/money.ts";
import { Day, withRules } from "../flight.ts";
import { Moved } from "../moved.ts";
import { type Rules, ruleNames } from "../rule.ts";
import {
  checkRules,
  checkTargets,
  formerDay,
  formerRules,
  givenRules,
  isRuled,
  type RulesGiven,
  RulesInfo,
  rulesGiven,
  toPositiveMinor,
} from "./rules.ts";
import { changes, entries, rules, wishes } from "./subject.ts";
import { trendEntries } from "./trend.ts";

const endsOn = v.nullable(Day);

const subjectEntries = v.strictObject({ ...entries, endsOn: v.optional(endsOn, null) });
/** The subject and the last day of a watch. */
export const Watched = withRules(subjectEntries, rules);
export type Watched = v.InferOutput<typeof Watched>;

const createEntries = v.strictObject({
  ...subjectEntries.entries,
  currency: v.optional(entries.currency.wrapped),
  rules: v.optional(givenRules, {}),
  ...formerRules,
});

/** The channels of a watch; null for all of its owner's. */
const channels = v.pipe(
  v.nullable(list(v.pipe(v.string(), v.regex(/^chn_[0-9a-z]{26}$/, "must be the id of a channel")), 20)),
  v.description("where messages about the watch go; null for all channels, also those that are added later"),
);

const isWithRule = (input: RulesGiven) => isRuled(defaultRules(input));
const withoutRule = "at least one rule must be on";

/** Without a currency in the request it is one that fares are sold in. */
function withSoldCurrency<T extends { currency?: string | undefined }>(input: T): T & { currency: string } {
  return { ...input, currency: input.currency ?? v.getDefault(entries.currency)! };
}

/** The subject, and the rules: a target price, a drop (a tenth below the usual price by default), lows. */
export const Create = v.pipe(
  withRules(v.strictObject({ ...createEntries.entries, channels: v.optional(channels, null) }), [
    ...rules,
    ["rules", "alertThreshold", isWithRule, withoutRule],
  ]),
  checkRules({ currency: true }),
  v.transform(withSoldCurrency),
);
export type Create = v.InferOutput<typeof Create>;

/** The most variants of one simulation. */
const maxVariants = 20;

const simulatedEntries = v.strictObject({
  ...createEntries.entries,
  variants: v.pipe(
    v.optional(list(v.strictObject({ target: Money.Given }), maxVariants), []),
    v.description("other targets to try with the same other rules, each in place of `rules.target`"),
  ),
});

/** A watch that is only simulated, and other targets to simulate it with. */
export const Simulate = v.pipe(
  withRules(simulatedEntries, [...rules, ["rules", "alertThreshold", isWithRule, withoutRule]]),
  checkRules({ currency: true }),
  checkTargets(),
  v.transform(withSoldCurrency),
);

/**
 * The fields of a watch that can be changed. A field that is left out stays as it is; null removes it. Dates of another
 * kind replace the present ones.
 */
export const Update = v.pipe(
  v.strictObject({
    ...changes,
    endsOn: v.optional(endsOn),
    rules: v.optional(givenRules),
    channels: v.optional(channels),
    ...formerRules,
    isActive: former(v.boolean(), formerDay),
  }),
  checkRules({ currency: false }),
);
export type Update = v.InferOutput<typeof Update>;

const text = v.string();
const amount = v.nullable(Money.Info);
const places = v.union([text, v.array(text)]);
/** One journey on its days, one of those watched. */
export const Journey = v.object({
  origin: text,
  destination: text,
  departureDate: text,
  returnDate: v.nullable(text),
});

/**
 * A watch as its owner sees it; fields that were not asked for are null. Prices are for the whole party, the cheapest
 * of the watched `fares`; `nextCheckAt` is null while no check is scheduled.
 */
export const Info = v.object({
  id: text,
  origin: places,
  destination: places,
  departureDate: v.nullable(text),
  returnDate: v.nullable(text),
  departureFrom: v.nullable(text),
  departureTo: v.nullable(text),
  stayNights: v.nullable(v.object({ min: v.number(), max: v.number() })),
  weekendsIn: v.nullable(text),
  ...wishes,
  unknownAirlines: v.array(text),
  adults: v.number(),
  childAges: v.array(v.number()),
  infants: v.number(),
  cabin: text,
  maxStops: v.nullable(v.number()),
  currency: text,
  rules: RulesInfo,
  channels: v.nullable(v.array(text)),
  fares: v.number(),
  state: v.picklist(["active", "snoozed", "paused", "ended"]),
  snoozedUntil: v.nullable(text),
  snoozedPastEnd: v.boolean(),
  pausedBecause: v.nullable(v.picklist(["person", "empty", "silent", "moved"])),
  endsOn: v.nullable(text),
  endsAt: v.nullable(text),
  endedAt: v.nullable(text),
  bookedPrice: amount,
  series: v.number(),
  source: v.nullable(text),
  sourceSince: v.nullable(text),
  simulated: v.boolean(),
  currentPrice: amount,
  cheapest: v.nullable(Journey),
  lowestPrice: amount,
  highestPrice: amount,
  ...trendEntries,
  checkedAt: v.nullable(text),
  nextCheckAt: v.nullable(text),
  nextCheckBecause: v.nullable(
    v.object({
      code: v.picklist(["new", "departure", "trigger", "failure", "limit"]),
      detail: text,
      days: v.nullable(v.object({ min: v.number(), max: v.nullable(v.number()) })),
    }),
  ),
  createdAt: text,
  moved: Moved,
});
export type Info = v.InferOutput<typeof Info>;

/** One check. A `ghost` is a price that the provider took back at once. */
export const Observation = v.object({
  at: text,
  price: amount,
  status: v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited", "ghost"]),
});
export type Observation = v.InferOutput<typeof Observation>;

/** Why a check did not alert. */
export const silences = [
  "not ok",
  "ended",
  "paused",
  "snoozed",
  "no rule true",
  "doubtful",
  "ghost",
  "cooling",
  "already told",
  "not judged",
] as const;

/** The result of a check on demand: the observation, and what it meant for this watch. */
export const Checked = v.object({
  check: Observation,
  decision: v.union([
    v.object({
      fired: v.array(v.picklist(ruleNames)),
      alreadyTrue: v.boolean(),
      mistakeFare: v.boolean(),
    }),
    v.object({ silent: v.picklist(silences), until: v.optional(v.string()) }),
  ]),
});
export type Checked = v.InferOutput<typeof Checked>;

/** The longest snooze (days). */
export const maxSnoozeDays = 90;

/** How long a watch stays silent: a number of 24-hour periods, or until a day begins in the owner's time zone. */
export const Snooze = v.pipe(
  v.strictObject({
    days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxSnoozeDays))),
    until: v.optional(Day),
  }),
  v.forward(
    v.check(({ days, until }) => (days === undefined) !== (until === undefined), "either days or until is needed"),
    ["days"],
  ),
);

/** The price paid, and whether to go on watching below it: by default yes when a price is given. */
export const Booked = v.pipe(
  v.strictObject({ pricePaid: v.optional(Money.Given), keepWatching: v.optional(v.boolean()) }),
  v.forward(
    v.check(({ pricePaid, keepWatching }) => pricePaid !== undefined || keepWatching !== true, "is what to stay below"),
    ["pricePaid"],
  ),
);

/**
 * The rules of a new watch.
 * @throws Problem `watch.target` for a target that does not fit a currency that the request left out
 */
export function rulesOfNew(input: Omit<Create, "channels">): Rules {
  const { target, ...rest } = defaultRules(input);
  const pointer = input.rules.target === undefined ? "/targetPrice" : "/rules/target";
  return { target: target === null ? null : toPositiveMinor(target, input.currency, pointer), ...rest };
}

function defaultRules(input: RulesGiven) {
  const { target = null, drop = 1_000, newLow = false, routeLow = false } = rulesGiven(input);
  return { target, drop, newLow, routeLow };
}

const calls = v.pipe(v.number(), v.minValue(0));

/**
 * The provider calls of an account on a day (UTC): `limit` is the most, `made` those made so far, null while they are
 * not counted, and `resetsAt` the end of the day. Each active watch has the calls a day that its checks take as things
 * stand; a fare that another watch has too costs each of them as if it were its own.
 */
export const Usage = v.object({
  limit: calls,
  made: v.nullable(calls),
  left: v.nullable(calls),
  resetsAt: v.pipe(v.string(), v.isoTimestamp()),
  watches: v.array(v.object({ id: v.string(), callsPerDay: calls })),
});
export type Usage = v.InferOutput<typeof Usage>;
