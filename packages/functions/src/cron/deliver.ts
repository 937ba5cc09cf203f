import * as Mail from "@travel-conductor/core/outbox";

/** Every tick of the clock: sends the mail that is due. A tick delivered twice does no harm. */
export const handler = async () => Mail.deliver(new Date());
