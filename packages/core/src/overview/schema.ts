import * as v from "valibot";

const count = v.pipe(v.number(), v.integer());

/** What waits, by the work that takes it up. */
export const queueNames = ["fares", "alerts", "messages", "bookings", "exports", "cards"] as const;

/**
 * What waits in Postgres, which the queues only point to: `waiting` of at most 10,000, and since when the oldest is due
 * (seconds). `events` counts the events of all accounts within a day and within the seven days before it.
 */
export const Info = v.object({
  queues: v.array(v.object({ name: v.picklist(queueNames), waiting: count, oldestDueSeconds: v.nullable(count) })),
  events: v.array(v.object({ name: v.string(), lastDay: count, weekBefore: count })),
});
export type Info = v.InferOutput<typeof Info>;
