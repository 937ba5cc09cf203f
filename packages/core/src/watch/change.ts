import * as v from "valibot";
import { Problem } from "../base/error.ts";
import type * as Money from "../base/money.ts";
import type { Rules } from "../rule.ts";
import type { CurrentWatch } from "./current.ts";
import { plan } from "./plan.ts";
import { type ChangedWatch, requireOngoing, rewrite } from "./rewrite.ts";
import { isRuled, rulesGiven, toPositiveMinor } from "./rules.ts";
import { type Info, Update, Watched } from "./schema.ts";
import { requireSold } from "./sold.ts";
import { mergeSubject } from "./subject.ts";
import { requireChannels } from "./way.ts";

/**
 * Changes a watch: its rules (a rule that is new or has a new number is armed again and judged at the next check), its
 * subject (a different subject starts a new series) or its last day.
 * @throws ValiError, Problem `watch.missing`, `watch.ended`, `watch.no_rule`, `watch.target`, `watch.channel`,
 * `flight.not_sellable`, `watch.too_many_fares`, `watch.unsold`, `watch.duplicate`, `watch.limit`, `watch.busy`
 */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const changes = v.parse(Update, input);
  await requireChannels(userId, changes.channels);
  return rewrite(userId, id, at, (before) => changedSubject(requireOngoing(before, at), changes, at));
}

/**
 * The watch after the change. The subject is planned again only where it changes, because some of its days may have
 * passed.
 */
async function changedSubject(before: CurrentWatch, changes: Update, at: Date): Promise<ChangedWatch> {
  const old = v.parse(Watched, { ...before.what, endsOn: before.endsOn });
  const { endsOn = before.endsOn } = changes;
  const wanted = v.parse(Watched, { ...mergeSubject(before.what, changes), endsOn });
  const { channels = before.channels } = changes;
  const ruled = withActive({ ...before, channels, ...rulesAfter(before, changes, wanted.currency) }, changes.isActive);
  if (JSON.stringify(wanted) === JSON.stringify(old)) {
    if (ruled.isActive) await requireSold(before, at);
    return ruled;
  }
  const planned = await plan(wanted, at, old);
  const { endsOn: _, ...what } = wanted;
  const bookedPrice = wanted.currency === old.currency ? before.bookedPrice : null;
  const changed = { ...ruled, what, endsOn, endsAt: planned.endsAt.getTime(), bookedPrice };
  // The days of a window that have passed since it was planned make it no other one.
  const left = await plan({ ...old, endsOn }, at, old).catch(() => null);
  return left && JSON.stringify(left) === JSON.stringify(planned) ? changed : { ...changed, plan: planned };
}

function rulesAfter(before: CurrentWatch, changes: Update, currency: string): Rules {
  const given = rulesGiven(changes);
  const rules = {
    target: changedTarget(before, given.target, changes.rules?.target === undefined, currency),
    drop: given.drop === undefined ? before.drop : given.drop,
    newLow: given.newLow ?? before.newLow,
    routeLow: given.routeLow ?? before.routeLow,
  };
  if (isRuled(rules)) return rules;
  const errors = [{ pointer: "/rules", detail: "at least one rule must be on" }];
  throw new Problem("input", "watch.no_rule", "A watch needs a rule.", { errors });
}

/** Amounts are never converted to another currency. */
function changedTarget(
  { target, what }: CurrentWatch,
  wanted: Money.Given | null | undefined,
  isFormer: boolean,
  currency: string,
): number | null {
  if (wanted === null) return null;
  if (wanted !== undefined) return toPositiveMinor(wanted, currency, isFormer ? "/targetPrice" : "/rules/target");
  if (target === null || currency === what.currency) return target;
  const errors = [{ pointer: "/rules/target", detail: "must be said in the new currency" }];
  throw new Problem("input", "watch.target", "The target price does not fit the watch.", { errors });
}

/** Paused or resumed by the user. A watch that already has this state is left as it is. */
export function withActive(watch: CurrentWatch, isActive: boolean = watch.isActive): CurrentWatch {
  if (isActive === watch.isActive) return watch;
  return { ...watch, isActive, pausedBecause: isActive ? null : "person" };
}
