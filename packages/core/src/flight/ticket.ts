import * as v from "valibot";
import { env } from "../base/env.ts";
import { describeError, logger } from "../base/log.ts";
import * as Queue from "../base/queue.ts";
import { Criteria } from "./criteria.ts";
import type { Payer } from "./payer.ts";
import type { Question } from "./record.ts";

/**
 * A request to another invocation: refresh the answer to `criteria` under the lease of `token`. The invocation that
 * queues it cannot do so itself, as a Lambda is frozen once it has answered.
 */
export const Ticket = v.strictObject({
  criteria: Criteria,
  token: v.pipe(v.string(), v.uuid()),
  /** The caller that found the answer stale, against which the provider calls are counted. */
  payer: v.optional(v.strictObject({ key: v.string(), most: v.number() })),
});

/**
 * Queues a ticket to refresh the answer to `question`. Tickets are deduplicated by key and token, not by key alone: if
 * one is lost, the next must not count as the same. A queue that accepts no ticket is logged; the lease runs out, and
 * another caller tries again.
 */
export async function queueRefresh({ key, criteria }: Question, token: string, payer?: Payer): Promise<void> {
  try {
    await Queue.send(
      env.REFRESH_QUEUE_URL,
      { criteria, token, ...(payer ? { payer } : {}) },
      { group: key, once: `${key}-${token}` },
    );
  } catch (error) {
    logger.warn("flight.refresh not queued", { key, error: describeError(error) });
  }
}
