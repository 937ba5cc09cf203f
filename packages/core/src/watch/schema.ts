import * as v from "valibot";
import { consistent, fields } from "../flight.ts";
import * as Money from "../money.ts";
import { ruleNames } from "./decide.ts";

const Threshold = v.pipe(
  v.number(),
  v.minValue(0.01),
  v.maxValue(0.9),
  v.check((share) => Number.isInteger(Number((share * 10_000).toFixed(6))), "must have at most 4 decimals"),
);
const Lows = { newLow: v.optional(v.boolean()), routeLow: v.optional(v.boolean()) };

/** Criteria, and the rules to watch them by: a target price, a drop (a tenth below the usual unless told), lows. */
export const Create = v.pipe(
  consistent(
    v.strictObject({
      ...fields,
      targetPrice: v.optional(v.nullable(Money.Decimal), null),
      alertThreshold: v.optional(v.nullable(Threshold), 0.1),
      rules: v.optional(v.strictObject(Lows), {}),
    }),
  ),
  v.forward(
    v.check(
      ({ targetPrice, currency }) => targetPrice === null || Money.payable(targetPrice, currency),
      "must be above zero, with no more decimals than the currency has",
    ),
    ["targetPrice"],
  ),
  v.forward(
    v.check(
      ({ targetPrice, alertThreshold, rules }) =>
        targetPrice !== null || alertThreshold !== null || rules.newLow === true || rules.routeLow === true,
      "at least one rule must be on",
    ),
    ["alertThreshold"],
  ),
);

/** What may be changed of a watch; what is left out stays as it is. */
export const Update = v.strictObject({
  targetPrice: v.optional(v.nullable(Money.Decimal)),
  alertThreshold: v.optional(v.nullable(Threshold)),
  rules: v.optional(v.strictObject(Lows)),
  isActive: v.optional(v.boolean()),
});

export type Update = v.InferOutput<typeof Update>;

/** A watch as its owner sees it. Prices are for the whole party; `nextCheckAt` is null while nobody has it priced. */
export const Info = v.object({
  id: v.string(),
  origin: v.string(),
  destination: v.string(),
  departureDate: v.string(),
  returnDate: v.nullable(v.string()),
  adults: v.number(),
  childAges: v.array(v.number()),
  infants: v.number(),
  cabin: v.string(),
  maxStops: v.nullable(v.number()),
  currency: v.string(),
  targetPrice: v.nullable(Money.Info),
  alertThreshold: v.nullable(v.number()),
  rules: v.object({ newLow: v.boolean(), routeLow: v.boolean() }),
  isActive: v.boolean(),
  currentPrice: v.nullable(Money.Info),
  lowestPrice: v.nullable(Money.Info),
  checkedAt: v.nullable(v.string()),
  nextCheckAt: v.nullable(v.string()),
  createdAt: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

/** One check of what is watched. A `ghost` is a price the provider took back at once. */
export const Observation = v.object({
  at: v.string(),
  price: v.nullable(Money.Info),
  status: v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited", "ghost"]),
});
export type Observation = v.InferOutput<typeof Observation>;

/** What a check on demand came to: the observation, and what it meant for this watch. */
export const Checked = v.object({
  check: Observation,
  decision: v.union([
    v.object({
      fired: v.array(v.picklist(ruleNames)),
      alreadyTrue: v.boolean(),
      mistakeFare: v.boolean(),
    }),
    v.object({ silent: v.string(), until: v.optional(v.string()) }),
  ]),
});
export type Checked = v.InferOutput<typeof Checked>;
