import * as v from "valibot";
import { env } from "../env.ts";
import { logger, trace } from "../log.ts";
import * as Queue from "../queue.ts";
import { Criteria } from "./criteria.ts";
import type { Question } from "./record.ts";

/** Left for an invocation of its own, as this one is frozen once it has answered: what to ask anew, and whose lease goes on. */
export const Ticket = v.strictObject({ criteria: Criteria, token: v.pipe(v.string(), v.uuid()) });

type Stale = { token: string; searchedAt: string; failedUntil: string | undefined };

/**
 * Has the answer to `question` renewed. One ticket a version, and one more after each failure, however often it is sent.
 * Where the queue does not take it that is logged, and the lease runs out for somebody else to try.
 */
export async function send({ key, criteria }: Question, { token, searchedAt, failedUntil = "" }: Stale): Promise<void> {
  const version = [searchedAt, failedUntil].map((moment) => moment.replaceAll(/\D/g, "")).join("-");
  try {
    await Queue.send(env.REFRESH_QUEUE_URL, { criteria, token }, { group: key, once: `${key}-${version}` });
  } catch (error) {
    logger.warn("flight.refresh not queued", { key, error: trace(error) });
  }
}
