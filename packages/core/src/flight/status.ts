import * as v from "valibot";

const instant = v.pipe(v.string(), v.isoTimestamp());
const calls = v.pipe(v.number(), v.integer());

/**
 * A provider as an operator sees it. `breaker` is `unknown` and `rate` null while Redis does not answer. Months and
 * days are in UTC. `budget` is the calls allowed per month and `shares` how it is divided between the requests of people
 * and the checks of watches, null without a limit. `today` counts the calls by their outcome; `asked` counts all.
 */
export const Provider = v.object({
  name: v.string(),
  enabled: v.boolean(),
  breaker: v.picklist(["closed", "open", "half-open", "unknown"]),
  lastFailureAt: v.nullable(instant),
  budget: v.nullable(calls),
  shares: v.nullable(v.object({ person: calls, background: calls })),
  spent: v.object({ person: calls, background: calls }),
  rate: v.nullable(v.object({ limit: calls, remaining: calls, resetsAt: instant })),
  today: v.record(v.string(), calls),
});
export type Provider = v.InferOutput<typeof Provider>;

export const Switch = v.strictObject({ enabled: v.boolean() });
export type Switch = v.InferOutput<typeof Switch>;
