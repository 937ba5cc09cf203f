import { holds, unpack } from "../rule.ts";
import type { AlertOf } from "./alerts.ts";

/** The age (ms) up to which the newest check of a watch says what its price is now. */
const newest = 20 * 60_000;

/**
 * Whether what an alert says still holds at `at`: `yes`, no longer, since the price rose or nothing is sold (`price`) or
 * the watch is over, paused, snoozed or another one (`over`), or `unknown` without a check of the last 20 minutes.
 */
export type Standing = "yes" | "price" | "over" | "unknown";

/** What decides is the newest check, by `holds` of the rules. Pure. */
export function standingOf({ rules, now }: Pick<AlertOf, "rules" | "now">, at: Date): Standing {
  const isResting = !now.isActive || (now.snoozedUntil ?? 0) > at.getTime();
  if (now.ended || isResting || now.isOther || (now.endsAt !== null && now.endsAt <= at.getTime())) return "over";
  const { price, status } = now;
  if ((now.checkedAt ?? 0) < at.getTime() - newest) return "unknown";
  if (status === "no_results") return "price";
  if (status !== "ok" || price === null) return "unknown";
  return holds(rules, unpack(now.state), price) ? "yes" : "price";
}
