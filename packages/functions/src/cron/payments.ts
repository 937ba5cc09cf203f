import { hints, whenDue } from "@travel-conductor/core/base/due";
import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Payment from "@travel-conductor/core/payment";

/**
 * Every few minutes: removes at Stripe what was removed here. While nothing waits Postgres is not asked. A repeated tick
 * does no harm.
 */
export const handler = traced(
  async () =>
    (await whenDue(hints.cards, productNow(), Payment.removeDue, Payment.nextRemoval)) ?? { removed: 0, failed: 0 },
);
