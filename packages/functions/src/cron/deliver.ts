import * as Delivery from "@travel-conductor/core/delivery";

/** Every tick of the clock: sends the mail that is due. A tick delivered twice does no harm. */
export const handler = async () => Delivery.deliver(new Date());
