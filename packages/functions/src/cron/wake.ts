import { dueOf } from "@travel-conductor/core/base/due";
import { env } from "@travel-conductor/core/base/env";
import { hurry } from "@travel-conductor/core/base/hurry";
import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";

/** Where the Lambda of each work is called. */
const lambdas = {
  messages: env.DELIVER_LAMBDA_URL,
  bookings: env.BOOK_LAMBDA_URL,
  exports: env.EXPORT_LAMBDA_URL,
  cards: env.CARDS_LAMBDA_URL,
};
const works = Object.keys(lambdas) as (keyof typeof lambdas)[];

/**
 * Every minute: asks Redis, in one command, which work may be due, and calls the Lambda for it. Postgres is not asked.
 * A repeated tick does no harm, and a call that is lost is made again by the next one.
 * @throws Error once all were called, if a call was refused, so that the alarm `wakeFails` rings
 */
export const handler = traced(async () => {
  const due = await dueOf(works, productNow());
  const taken = await Promise.all(due.map((work) => hurry(lambdas[work], {})));
  const refused = due.filter((_, index) => !taken[index]);
  if (refused.length > 0) throw new Error(`Lambda did not take the calls for ${refused.join(", ")}`);
  return { due };
});
