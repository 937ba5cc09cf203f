import { hints, look } from "@travel-conductor/core/base/due";
import { hurried } from "@travel-conductor/core/base/hurry";
import { productNow } from "@travel-conductor/core/base/time";
import * as Payment from "@travel-conductor/core/payment";

/** Removes at Stripe what was removed here. A call that comes twice or about nothing does no harm. */
export const handler = hurried(() => look(hints.cards, productNow(), Payment.removeDue, Payment.nextRemoval));
