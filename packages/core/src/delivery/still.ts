import { ruleNames, unpack } from "../rule.ts";
import type { AlertOf } from "./alerts.ts";

/** The age (ms) up to which the newest check of a watch says what its price is now. */
const newest = 20 * 60_000;

/**
 * Whether what an alert says still holds at `at`: `yes`, no longer, since the price rose or nothing is sold (`price`) or the watch is over,
 * paused or another one (`over`), or `unknown` without a check of the last 20 minutes.
 */
export type Standing = "yes" | "price" | "over" | "unknown";

/**
 * A rule that fired holds until the watch's state arms it again, or while the price is at or below the bound that it
 * crossed (docs/engine.md). Pure.
 */
export function standingOf({ rules, now }: Pick<AlertOf, "rules" | "now">, at: Date): Standing {
  if (now.ended || !now.isActive || now.isOther || (now.endsAt !== null && now.endsAt <= at.getTime())) return "over";
  const { price, status } = now;
  if ((now.checkedAt ?? 0) < at.getTime() - newest) return "unknown";
  if (status === "no_results") return "price";
  if (status !== "ok" || price === null) return "unknown";
  const { rules: states } = unpack(now.state);
  const holds = ruleNames.some((rule) => rules.includes(rule) && price <= (states[rule]?.trigger ?? 0));
  return holds ? "yes" : "price";
}
