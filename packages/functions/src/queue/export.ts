import * as Queue from "@travel-conductor/core/base/queue";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Privacy from "@travel-conductor/core/privacy";

/** Prepares the requested exports: one was requested just now. A message that comes twice or late does no harm. */
export const handler = async (event: Queue.Event) =>
  Queue.handleMessages({ Records: event.Records.slice(0, 1) }, async () => {
    await Privacy.prepareExports(realNow());
    await Outbox.wakeAfter(productNow());
  });
