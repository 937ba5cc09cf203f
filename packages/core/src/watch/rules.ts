import * as v from "valibot";
import { Problem } from "../base/error.ts";
import { former } from "../base/former.ts";
import * as Money from "../base/money.ts";
import type { Rules } from "../rule.ts";

/** The rules of a watch in the API; null or false is a rule that is off. */
export const RulesInfo = v.object({
  target: v.nullable(Money.Info),
  drop: v.nullable(v.string()),
  newLow: v.boolean(),
  routeLow: v.boolean(),
});
export type RulesInfo = v.InferOutput<typeof RulesInfo>;

const share = 'must be text from "0.01" to "0.90" with at most 4 decimals, such as "0.10"';
/** The share of a drop as the API accepts it. */
const Share = v.pipe(v.string(share), v.regex(/^0\.(0[1-9]\d{0,2}|[1-8]\d{0,3}|90{0,3})$/, share));

/** The rules of a request; a field that is left out is the default, or stays as it is. */
export const givenRules = v.strictObject({
  target: v.optional(v.nullable(Money.Given)),
  drop: v.optional(v.nullable(Share)),
  newLow: v.optional(v.boolean()),
  routeLow: v.optional(v.boolean()),
});

const FormerShare = v.pipe(
  v.number(),
  v.minValue(0.01),
  v.maxValue(0.9),
  v.check((threshold) => Number.isInteger(Number((threshold * 10_000).toFixed(6))), "must have at most 4 decimals"),
);
/** Since when these names are deprecated (UTC). */
export const formerDay = "2026-11-26";
/** The former names of `rules.target` and `rules.drop`. */
export const formerRules = {
  targetPrice: former(v.nullable(Money.Decimal), formerDay),
  alertThreshold: former(v.nullable(FormerShare), formerDay),
};

export type RulesGiven = {
  rules?: v.InferOutput<typeof givenRules> | undefined;
  targetPrice?: string | null | undefined;
  alertThreshold?: number | null | undefined;
};

/** The rules that a request gives, by either name; undefined where it says nothing. The drop is in basis points. */
export function rulesGiven({ rules = {}, targetPrice, alertThreshold }: RulesGiven) {
  const { target = targetPrice, drop = alertThreshold, newLow, routeLow } = rules;
  return { target, drop: drop == null ? drop : Math.round(Number(drop) * 10_000), newLow, routeLow };
}

/** Returns whether a rule is on. */
export function isRuled({ target, drop, newLow, routeLow }: Omit<Rules, "target"> & { target: unknown }): boolean {
  return target !== null || drop !== null || newLow || routeLow;
}

/** A drop in basis points (1/10,000) as a share: 1000 → "0.10", 1250 → "0.125". */
export function toShare(basisPoints: number): string {
  return (basisPoints / 10_000).toFixed(4).replace(/0{1,2}$/, "");
}

/** @param rules in minor units of `currency` and basis points */
export function toRulesInfo({ target, drop, newLow, routeLow }: Rules, currency: string): RulesInfo {
  return {
    target: target === null ? null : Money.toInfo(target, currency),
    drop: drop === null ? null : toShare(drop),
    newLow,
    routeLow,
  };
}

/** What is wrong with money of a request for a watch in `currency`, with the path to it below the money's own. */
export function moneyFault(money: Money.Given, currency: string): { path: string[]; detail: string } | undefined {
  const { amount, currency: own } = Money.given(money, currency);
  if (own !== currency) return { path: ["currency"], detail: `must be ${currency}, the currency of the watch` };
  if (Money.isPayable(amount, currency)) return undefined;
  const detail = `must be above zero, with at most ${Money.exponent(currency)} decimals`;
  return { path: typeof money === "string" ? [] : ["amount"], detail };
}

/**
 * Converts money of a request to minor units of the watch's currency.
 * @param pointer where it is in the body
 * @throws Problem `watch.target` for another currency, or an amount that the currency does not have above zero
 */
export function toPositiveMinor(money: Money.Given, currency: string, pointer: string): number {
  const fault = moneyFault(money, currency);
  if (fault === undefined) return Money.toMinor(Money.given(money, currency).amount, currency)!;
  const errors = [{ pointer: [pointer, ...fault.path].join("/"), detail: fault.detail }];
  throw new Problem("input", "watch.target", "The price does not fit the watch.", { errors });
}

type Input = RulesGiven & { currency?: string };
type Path = [v.ObjectPathItem, ...v.ObjectPathItem[]];

/** Checks that no rule is given by two names and, where it is given, that the target is money of the watch's currency. */
export function checkRules<T extends Input>({ currency: checksCurrency }: { currency: boolean }) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    const invalid = new Set(dataset.issues?.map((issue) => issue.path?.[0]?.key));
    if (invalid.has(undefined)) return;
    const input = dataset.value as Input;
    const report = (names: string[], message: string) => addIssue({ message, path: pathTo(input, names) });
    const renamed = { targetPrice: "target", alertThreshold: "drop" } as const;
    for (const [old, name] of Object.entries(renamed) as [keyof typeof renamed, "target" | "drop"][]) {
      const twice = input[old] !== undefined && input.rules?.[name] !== undefined;
      if (twice) report([old], `must not be given beside rules.${name}, its new name`);
    }
    if (!checksCurrency || ["currency", "rules", "targetPrice"].some((name) => invalid.has(name))) return;
    const { target } = rulesGiven(input);
    // Which currency it is without one in the request is decided later.
    const fault = target == null || !input.currency ? undefined : moneyFault(target, input.currency);
    if (fault)
      report(
        [...(input.rules?.target === undefined ? ["targetPrice"] : ["rules", "target"]), ...fault.path],
        fault.detail,
      );
  });
}

type Varied = { currency?: string | undefined; variants: { target: Money.Given }[] };

/** Reports each target of the variants that is no price in the watch's currency, at its place. */
export function checkTargets<T extends Varied>() {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    const invalid = new Set(dataset.issues?.map((issue) => issue.path?.[0]?.key));
    if ([undefined, "currency", "variants"].some((field) => invalid.has(field))) return;
    const input = dataset.value as Varied;
    // Which currency it is without one in the request is decided later.
    if (!input.currency) return;
    for (const [index, { target }] of input.variants.entries()) {
      const fault = moneyFault(target, input.currency);
      const path = fault && pathTo(input, ["variants", String(index), "target", ...fault.path]);
      if (fault && path) addIssue({ message: fault.detail, path });
    }
  });
}

/** The path of an issue: each name with its value and the object that holds it. */
function pathTo(input: object, names: string[]): Path {
  let value: unknown = input;
  return names.map((key) => {
    const holder = value as Record<string, unknown>;
    value = holder[key];
    return { type: "object", origin: "value", input: holder, key, value };
  }) as Path;
}
