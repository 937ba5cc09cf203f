import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Delivery from "@travel-conductor/core/delivery";

/** Every minute: sends the messages that are due. A repeated tick does no harm. */
export const handler = async () => Delivery.deliver(productNow(), { real: realNow() });
