import type { Judged } from "../data/watches.ts";
import type { Words } from "../words/en.ts";
import type { Format, Money } from "../words/format.ts";

const boundNames = { target: "target", drop: "drop", newLow: "new_low", routeLow: "route_low" } as const;

/** The bound that a price was nearest to from above, and by how much. */
export function nearestBound({
  price,
  bounds,
}: Judged): { name: (typeof boundNames)[keyof typeof boundNames]; bound: Money; above: Money } | null {
  if (!price) return null;
  const found = Object.entries(bounds)
    .flatMap(([name, bound]) =>
      bound
        ? [
            {
              name: boundNames[name as keyof typeof boundNames],
              bound,
              by: Number(price.amount) - Number(bound.amount),
            },
          ]
        : [],
    )
    .filter(({ by }) => by > 0)
    .sort((one, other) => one.by - other.by)[0];
  return found ? { ...found, above: { amount: String(found.by), currency: price.currency } } : null;
}

/** Why a check told, or did not: a sentence. */
export function explain(judged: Judged, words: Words, format: Format): string {
  const { decision, status } = judged;
  if ("fired" in decision) {
    const rules = format.list(decision.fired.map((rule) => words.ruleNames[rule]));
    return [rules, decision.alreadyTrue && words.why.alreadyTrue, decision.mistakeFare && words.why.mistake]
      .filter(Boolean)
      .join("; ");
  }
  if (status !== "ok") return words.why.statuses[status];
  if (decision.silent === "no rule true") {
    const near = nearestBound(judged);
    if (near) return words.why.above(format.money(near.above), words.ruleNames[near.name]);
  }
  return words.why.reasons[decision.silent] ?? decision.silent;
}

/** Checks in a row that were silent for the same reason on the same day are one entry. */
export type Run = { first: Judged; checks: Judged[] };

export function foldRuns(items: Judged[]): Run[] {
  const runs: Run[] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last && keyOf(last.first) === keyOf(item)) last.checks.push(item);
    else runs.push({ first: item, checks: [item] });
  }
  return runs;
}

function keyOf({ at, status, decision }: Judged): string {
  return "fired" in decision ? `told ${at}` : `${at.slice(0, 10)} ${status} ${decision.silent}`;
}
