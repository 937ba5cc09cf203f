import * as Delivery from "@travel-conductor/core/delivery";

/** Every tick: sends the mail that is due. A repeated tick does no harm. */
export const handler = async () => Delivery.deliver(new Date());
