import { hurried } from "@travel-conductor/core/base/hurry";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Delivery from "@travel-conductor/core/delivery";

/** Sends the messages that are due. A call that comes twice or about nothing does no harm. */
export const handler = hurried(async () => Delivery.tick(productNow(), realNow()));
