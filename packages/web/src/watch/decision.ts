import type { Judged } from "../data/watches.ts";
import type { Words } from "../words/en.ts";
import type { Format } from "../words/format.ts";

/** Why a check told, or did not: a sentence. For a run of checks it names the least distance to a bound. */
export function explain({ decision, status, nearest, run }: Judged, words: Words, format: Format): string {
  const { why, ruleNames } = words;
  if ("fired" in decision) {
    const rules = format.list(decision.fired.map((rule) => ruleNames[rule]));
    return [rules, decision.alreadyTrue && why.alreadyTrue, decision.mistakeFare && why.mistake]
      .filter(Boolean)
      .join("; ");
  }
  if (status !== "ok") return why.statuses[status];
  const reason = why.reasons[decision.silent];
  const near = run ? run.nearest : nearest;
  if (decision.silent !== "no rule true" || !near) return reason;
  const above = why.above(format.money(near.above), ruleNames[near.rule]);
  return run ? `${reason}; ${why.nearest(above)}` : above;
}

/** The prices of a check, or the span of those of a run. */
export function pricesOf({ price, run }: Judged, format: Format): string {
  const [low, high] = run ? [run.lowest, run.highest] : [price, price];
  if (!low || !high) return "–";
  return low.amount === high.amount ? format.money(low) : `${format.money(low)} – ${format.money(high)}`;
}

/** Whether this is the check at a moment, or a run with it. */
export function contains({ at, run }: Judged, moment: string | null): boolean {
  if (moment === null) return false;
  const [from, to] = run ? [run.from, run.to] : [at, at];
  return Date.parse(from) <= Date.parse(moment) && Date.parse(moment) <= Date.parse(to);
}
