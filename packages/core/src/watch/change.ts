import * as v from "valibot";
import { Problem } from "../error.ts";
import * as Money from "../money.ts";
import { alive, rewrite } from "./rewrite.ts";
import { type Info, Update } from "./schema.ts";
import type { Before } from "./view.ts";

/**
 * Changes rules (a changed or newly switched-on rule is armed anew and judged at the next check), or pauses and resumes.
 * @throws Problem `watch.missing`, `watch.duplicate`, `watch.ended`, `watch.busy`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const changes = v.parse(Update, input);
  return rewrite(userId, id, at, (before) => changed(alive(before, at), changes));
}

function changed(row: Before, changes: Update): Before {
  const wanted = changes.targetPrice === undefined ? row.target : target(changes.targetPrice, row.currency);
  const drop = changes.alertThreshold === undefined ? row.drop : share(changes.alertThreshold);
  const newLow = changes.rules?.newLow ?? row.newLow;
  const routeLow = changes.rules?.routeLow ?? row.routeLow;
  if (wanted === null && drop === null && !newLow && !routeLow) {
    const detail = "at least one rule must be on";
    throw new Problem("input", "watch.no_rule", "A watch needs a rule.", {
      errors: [{ pointer: "/alertThreshold", detail }],
    });
  }
  return { ...turned(row, changes.isActive), target: wanted, drop, newLow, routeLow };
}

/** By a person; a watch that is so already stays as it is. */
export function turned(watch: Before, isActive: boolean = watch.isActive): Before {
  if (isActive === watch.isActive) return watch;
  return { ...watch, isActive, pausedBecause: isActive ? null : "person" };
}

function target(amount: string | null, currency: string): number | null {
  return amount === null ? null : minor(amount, currency, "/targetPrice");
}

/** An amount in minor units. @throws Problem `watch.target` when the currency has no such amount above zero */
export function minor(amount: string, currency: string, pointer: string): number {
  const found = Money.minor(amount, currency);
  if (found !== undefined && found > 0) return found;
  const detail = `must be above zero, with at most ${Money.exponent(currency)} decimals`;
  throw new Problem("input", "watch.target", "The price does not fit the watch.", { errors: [{ pointer, detail }] });
}

function share(threshold: number | null): number | null {
  return threshold === null ? null : Math.round(threshold * 10_000);
}
