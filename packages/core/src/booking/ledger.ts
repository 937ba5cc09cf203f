import type { Price } from "../flight.ts";
import type { Charge, Return } from "./kept.ts";
import type { Work } from "./work.ts";

type Money = Pick<Work, "charges" | "returns" | "paymentIntent" | "total" | "cancellation">;

/**
 * Whether what a seller gives back, to there, comes back to us and goes on to the card: sellers are paid from our balance
 * there, so that this is the original form of payment.
 */
export const comesBack = (to: string | null) => to === "balance" || to === "original_form_of_payment";

/** The payments of a booking, oldest first. One that was never changed has its price as its only one. */
export function chargesOf({
  charges,
  paymentIntent,
  total,
}: Pick<Money, "charges" | "paymentIntent" | "total">): Charge[] {
  if (charges.length > 0) return charges;
  return paymentIntent === null ? [] : [{ intent: paymentIntent, total }];
}

/**
 * Adds what goes back to the card: from the newest payment first, and of each no more than is left of it. A card's
 * company gives back by payment, and a booking that was changed may have several.
 */
export function withReturn(work: Money, { total, currency }: Price): Return[] {
  const returns = [...work.returns];
  let rest = total;
  for (const { intent, total: taken } of chargesOf(work).toReversed()) {
    const gone = returns.filter((one) => one.intent === intent).reduce((sum, one) => sum + one.total, 0);
    const part = Math.min(rest, taken - gone);
    if (part <= 0) continue;
    rest -= part;
    const step = returns.length === 0 ? "refund" : `refund-${returns.length + 1}`;
    returns.push({ intent, total: part, currency, step, done: false });
  }
  return returns;
}

/** What goes back. Of a cancellation from before payments were counted one by one it is not written. */
export function returnsOf({ returns, cancellation, paymentIntent }: Money): Return[] {
  if (returns.length > 0 || !cancellation?.refund || paymentIntent === null) return returns;
  return [{ ...cancellation.refund, intent: paymentIntent, step: "refund", done: false }];
}
