import * as Metric from "../base/metric.ts";
import type { Order, Refund } from "../flight.ts";
import * as Payment from "../payment.ts";
import { reminders, untilNext } from "./hold.ts";
import { confirmed, held, openPassengers, sealOrder } from "./order.ts";
import { mark, sellerOf } from "./seller.ts";
import { again, type Change, type Step, type Work } from "./work.ts";

/** How long a person has to prove to the card's bank that it is theirs (ms). */
const patience = 15 * 60_000;
const msPerHour = 3_600_000;

/** Takes one step and returns what changes; it may be taken again after a crash anywhere in it. */
type Take = (work: Work, at: Date, mark: (change: Change) => Promise<Work>) => Promise<Change>;

const charge = ({ id, userId, tries, total, currency, paymentMethodId, simulated }: Work) => ({
  booking: id,
  user: userId ?? "",
  method: paymentMethodId ?? "",
  total,
  currency,
  simulated,
  attempt: tries,
});

const after = (work: Work): Step => (work.sellerOrder === null ? "order" : "pay");

/** A held booking whose payment failed stays held until it runs out; any other has failed. */
function unpaid(work: Work, because: string): Change {
  const tries = work.tries + 1;
  if (work.sellerOrder !== null)
    return { status: "held", step: "lapse", because, tries, payment: "none", paymentIntent: null, event: "payment_failed" };
  return { status: "failed", step: null, because, tries, event: "failed" };
}

export const steps: Record<Exclude<Step, "find">, Take> = {
  async authorize(work) {
    const outcome = await Payment.authorize(charge(work));
    switch (outcome.status) {
      case "done":
        return { step: after(work), payment: "authorized", paymentIntent: outcome.intent, event: "authorized" };
      case "action":
        return { status: "action_required", step: "act", paymentIntent: outcome.intent, wait: 60_000, event: "action_required" };
      case "refused":
        return unpaid(work, outcome.code);
      default:
        return again(work);
    }
  },

  async act(work, at) {
    const outcome = await Payment.read(work.paymentIntent!);
    if (outcome.status === "done") return { step: after(work), payment: "authorized", event: "authorized" };
    if (outcome.status === "refused") return unpaid(work, outcome.code);
    const late = at.getTime() - Date.parse(work.updatedAt) > patience;
    if (!late) return { step: "act", wait: 60_000 };
    const released = await Payment.release({ booking: work.id, intent: work.paymentIntent! });
    return released.status === "unknown" ? again(work) : unpaid(work, "payment.not_confirmed");
  },

  async order(work, at, write) {
    // A run before this one may have asked, and died before it wrote what came of it.
    if (work.askedAt !== null) return { status: "unknown", step: "find", event: "unknown" };
    const seller = await sellerOf(work);
    if (!seller) return givenUp(work, "seller_gone");
    const passengers = await openPassengers(work);
    if (!passengers) return givenUp(work, "unreadable");
    const asked = await write({ status: "ordering", askedAt: at.toISOString(), event: "ordering" });
    const { kept, criteria } = work.offer;
    const type = work.hold ? "hold" : "instant";
    const metadata = { ...mark, booking: work.id };
    const made = await seller.create({ type, offer: kept, criteria, passengers, metadata }, at);
    switch (made.status) {
      case "done":
        return ordered(asked, made.value);
      case "refused":
        return givenUp(work, made.code);
      case "busy":
        // Nothing was ordered, and the offer says how long that may go on.
        if (kept.expiresAt <= at.toISOString()) return givenUp(work, "offer_expired");
        return { step: "order", askedAt: null, wait: 5_000 };
      default:
        return { status: "unknown", step: "find", wait: 10_000, event: "unknown" };
    }
  },

  async capture(work) {
    const { id: booking, paymentIntent: intent, total, currency } = work;
    const outcome = await Payment.capture({ booking, intent: intent!, total, currency });
    if (outcome.status === "done") return { step: null, payment: "paid", event: "paid" };
    if (outcome.status === "unknown") return again(work);
    // The order stands: a person sees to the money.
    Metric.emit({ BookingsPaymentDue: [1, "Count"] });
    return { step: null, payment: "due", because: codeOf(outcome), event: "payment_due" };
  },

  async release(work) {
    const { id: booking, paymentIntent: intent } = work;
    const outcome = await Payment.release({ booking, intent: intent! });
    if (outcome.status === "unknown") return again(work);
    const isAbsent = work.because === "order_absent";
    // An order that was given up may be found for another week.
    if (isAbsent) return { step: "find", wait: 24 * msPerHour, payment: "released", event: "released" };
    return { step: null, payment: "released", event: "released" };
  },

  async pay(work, at, write) {
    const seller = await sellerOf(work);
    if (!seller) return { step: "release", because: "seller_gone" };
    const { sellerOrder: order, total, currency } = work;
    if (work.askedAt === null) {
      await write({ askedAt: at.toISOString() });
      const paid = await seller.pay(order!, { total, currency }, at);
      if (paid.status === "busy") return { step: "pay", askedAt: null, wait: 5_000 };
      if (paid.status === "refused" && paid.code !== "already_paid") return notPaid(work, paid.code);
      if (paid.status === "unknown") return again(work);
    }
    const read = await seller.get(order!, at);
    if (read.status !== "done") return again(work);
    if (read.value.cancelledAt !== null) return notPaid(work, "order_cancelled");
    // The seller refuses a second payment, so that one whose answer was lost may be sent again.
    if (read.value.payment.awaited) return { step: "pay", askedAt: null, wait: 5_000 };
    return { ...confirmed(read.value), sealed: await sealOrder(work, read.value), step: "capture", event: "confirmed" };
  },

  async lapse(work, at) {
    const left = Date.parse(work.payBy ?? work.createdAt) - at.getTime();
    const reached = reminders.filter((hours) => left <= hours * msPerHour).at(-1);
    const isDue = reached !== undefined && reached < (work.reminded ?? 99);
    if (left > 0 && isDue) return { ...untilNext(work, reached), reminded: reached, event: "hold_ends" };
    if (left > 0) return untilNext(work, work.reminded ?? 99);
    const read = await (await sellerOf(work))?.get(work.sellerOrder!, at);
    if (read?.status !== "done" && read?.status !== "refused") return again(work);
    if (read.status === "done" && !read.value.payment.awaited && read.value.cancelledAt === null)
      return { ...confirmed(read.value), sealed: await sealOrder(work, read.value), step: null, payment: "due", event: "confirmed" };
    return { status: "expired", step: null, event: "expired" };
  },

  async cancel(work, at, write) {
    const seller = await sellerOf(work);
    if (!seller) return notCancelled(work, "seller_gone");
    if (work.askedAt === null) {
      await write({ askedAt: at.toISOString() });
      const outcome = await seller.confirmCancellation(work.cancellation!.id, at);
      if (outcome.status === "done") return cancelled(work, outcome.value);
      if (outcome.status === "busy") return { step: "cancel", askedAt: null, wait: 5_000 };
      if (outcome.status === "refused" && outcome.code !== "already_cancelled") return notCancelled(work, outcome.code);
    }
    const read = await seller.get(work.sellerOrder!, at);
    if (read.status !== "done") return again(work);
    if (read.value.cancelledAt !== null) return cancelled(work, work.cancellation!);
    const over = (work.cancellation?.expiresAt ?? "9") <= at.toISOString();
    return over ? notCancelled(work, "quote_expired") : { step: "cancel", askedAt: null, wait: 5_000 };
  },

  async refund(work) {
    const { id: booking, paymentIntent: intent, currency, cancellation, refundId } = work;
    const total = cancellation?.refund?.total ?? 0;
    const outcome = await Payment.refund({ booking, intent: intent!, total, currency, refund: refundId });
    if (outcome.status === "done") return { step: null, payment: "refunded", refundId: outcome.refund, event: "refunded" };
    if (outcome.status === "pending") return { step: "refund", payment: "refunding", refundId: outcome.refund, wait: msPerHour };
    if (outcome.status === "unknown") return again(work);
    Metric.emit({ BookingsRefundFailed: [1, "Count"] });
    return { step: null, payment: "refund_failed", because: codeOf(outcome), event: "refund_failed" };
  },

  async undo(work, at) {
    const seller = await sellerOf(work);
    const quote = await seller?.cancel(work.sellerOrder!, at);
    if (!seller || quote?.status === "unknown" || quote?.status === "busy") return again(work);
    const isFree = quote?.status === "done" && quote.value.refund?.total === work.total;
    const done = isFree ? await seller.confirmCancellation(quote.value.id, at) : undefined;
    if (done?.status === "done") return { step: null, event: "found_late" };
    if (done?.status === "unknown" || done?.status === "busy") return again(work);
    Metric.emit({ BookingsFoundLate: [1, "Count"] });
    return { step: null, because: "order_found_late", event: "needs_person" };
  },
};

const codeOf = (outcome: { status: string; code?: string }) => outcome.code ?? outcome.status;

/** What an order that was made changes. */
export async function ordered(work: Work, order: Order): Promise<Change> {
  const sealed = await sealOrder(work, order);
  if (order.payment.awaited) return { ...held(order), sealed, askedAt: null, event: "held" };
  return { ...confirmed(order), sealed, askedAt: null, step: work.paymentIntent ? "capture" : null, event: "confirmed" };
}

/** Nothing was ordered: the card is let go, if it was asked. */
export function givenUp(work: Work, because: string): Change {
  return { status: "failed", step: work.payment === "authorized" ? "release" : null, because, event: "failed" };
}

function notPaid(work: Work, because: string): Change {
  const over = because === "order_cancelled";
  return { status: over ? "expired" : "held", step: "release", askedAt: null, because, event: over ? "expired" : "payment_failed" };
}

function notCancelled(work: Work, because: string): Change {
  return { status: "confirmed", step: null, askedAt: null, because, event: "not_cancelled" };
}

/** The card gets what the seller gives back to us; what goes elsewhere, or is nothing, leaves the payment as it is. */
function cancelled(work: Work, told: Refund): Change {
  const cancellation = { ...work.cancellation!, confirmedAt: told.confirmedAt };
  const back = work.payment === "paid" && told.to === "balance" && (told.refund?.total ?? 0) > 0;
  const step = back ? "refund" : work.payment === "authorized" ? "release" : null;
  return { status: "cancelled", step, cancellation, askedAt: null, event: "cancelled" };
}
