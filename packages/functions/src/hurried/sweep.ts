import { hurried } from "@travel-conductor/core/base/hurry";
import { productNow } from "@travel-conductor/core/base/time";
import * as Shift from "@travel-conductor/core/dispatch";

/** Helps with a sweep that is too much for one Lambda. A ticket that comes twice or late does no harm. */
export const handler = hurried((ticket, context) =>
  Shift.assist(ticket, productNow(), context.getRemainingTimeInMillis()),
);
