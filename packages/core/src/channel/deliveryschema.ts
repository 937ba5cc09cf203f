import * as v from "valibot";
import { Page } from "../base/page.ts";
import { fields, type Kind } from "../outbox.ts";

const instant = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer());
const share = v.nullable(v.number());

/** The kinds of messages. */
const messageKinds = Object.keys(fields) as [Kind, ...Kind[]];
/** Of the channels, those that messages are sent to. */
const sentTo = ["email", "webhook", "push", "ntfy", "slack", "discord", "telegram"] as const;

/** Which messages an operator sees: without a value, all. */
export const DeliveriesQuery = v.strictObject({
  ...Page.entries,
  status: v.optional(v.picklist(["failed", "pending"])),
  kind: v.optional(v.picklist(messageKinds)),
  channel: v.optional(v.picklist(sentTo)),
});

/** A message that failed or waits, without address and words (UTC). */
export const Delivery = v.object({
  id: v.string(),
  kind: v.picklist(messageKinds),
  channel: v.picklist(sentTo),
  status: v.picklist(["failed", "pending"]),
  failure: v.nullable(v.string()),
  attempts: count,
  createdAt: instant,
  dueAt: instant,
  settledAt: v.nullable(instant),
});
export type Delivery = v.InferOutput<typeof Delivery>;

/**
 * What waits now, and what came of the last 24 hours: messages that failed, letters that SES took, and its reports of
 * letters. A rate is the reports for each letter, null without letters.
 */
export const DeliveryCounts = v.object({
  pending: count,
  oldestDueSeconds: v.nullable(count),
  failed: count,
  mail: v.object({
    sent: count,
    bounced: count,
    complained: count,
    bounceRate: share,
    complaintRate: share,
  }),
});
export type DeliveryCounts = v.InferOutput<typeof DeliveryCounts>;

export type Deliveries = { items: Delivery[]; nextCursor: string | null; counts: DeliveryCounts };
