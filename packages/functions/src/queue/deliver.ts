import * as Queue from "@travel-conductor/core/base/queue";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Delivery from "@travel-conductor/core/delivery";

/** Sends the messages that are due: something was queued just now. Messages of one event are one call. */
export const handler = async (event: Queue.Event) =>
  Queue.handleMessages({ Records: event.Records.slice(0, 1) }, async () => {
    await Delivery.sendNow(productNow(), realNow());
  });
