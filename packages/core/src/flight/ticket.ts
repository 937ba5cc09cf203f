import * as v from "valibot";
import { env } from "../base/env.ts";
import { describeError, logger } from "../base/log.ts";
import * as Queue from "../base/queue.ts";
import { Criteria } from "./criteria.ts";
import type { Question } from "./record.ts";

/** Left for an invocation of its own, as this one is frozen once it has answered: what to ask anew, and whose lease goes on. */
export const Ticket = v.strictObject({ criteria: Criteria, token: v.pipe(v.string(), v.uuid()) });

/**
 * Has the answer to `question` renewed by whoever takes the ticket up. Tickets differ by their token, not by the answer:
 * were one lost on the way, the next must not count as the same. Where the queue takes none that is logged, and the lease
 * runs out for somebody else to try.
 */
export async function send({ key, criteria }: Question, token: string): Promise<void> {
  try {
    await Queue.send(env.REFRESH_QUEUE_URL, { criteria, token }, { group: key, once: `${key}-${token}` });
  } catch (error) {
    logger.warn("flight.refresh not queued", { key, error: describeError(error) });
  }
}
