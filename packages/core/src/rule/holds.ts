import type { RuleName, State } from "./decide.ts";

/**
 * Whether what an alert of these rules said still holds at this price (minor units): a rule that fired holds while the
 * price is at or below the bound that it crossed, until the watch's state arms it again. Pure.
 */
export function holds(rules: readonly RuleName[], { rules: states }: State, price: number): boolean {
  return rules.some((rule) => price <= (states[rule]?.trigger ?? 0));
}
