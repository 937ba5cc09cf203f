import * as Payment from "@travel-conductor/core/payment";

/** Every few minutes: removes at Stripe what was removed here. A repeated tick does no harm. */
export const handler = async () => Payment.removeDue();
