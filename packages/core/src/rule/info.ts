import type { Fired, RuleName } from "./decide.ts";

export type FiredInfo = { fired: RuleName[]; alreadyTrue: boolean; mistakeFare: boolean };

/** A decision in the API's shape: the names of the fired rules, or the reason for silence with the end of a cooling. */
export function decisionInfo<Silent extends string>(
  decision: { fired: Fired[]; alreadyTrue: boolean; mistakeFare: boolean } | { silent: Silent; until?: number },
): FiredInfo | { silent: Silent; until?: string } {
  if ("fired" in decision) return { ...decision, fired: decision.fired.map(({ rule }) => rule) };
  const { silent, until } = decision;
  return until ? { silent, until: new Date(until).toISOString() } : { silent };
}
