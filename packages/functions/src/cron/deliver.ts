import { productNow, realNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Delivery from "@travel-conductor/core/delivery";

/** Every minute: sends the messages that are due. While nothing waits Postgres is not asked. A repeated tick does no harm. */
export const handler = traced(async () => Delivery.tick(productNow(), realNow()));
