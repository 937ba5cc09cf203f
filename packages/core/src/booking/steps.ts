import * as Metric from "../base/metric.ts";
import type { Order, Refund } from "../flight.ts";
import * as Payment from "../payment.ts";
import { accept, lookAtOrder } from "./airline.ts";
import { changeSteps } from "./changesteps.ts";
import { isQuoteOver, reachedBy, reminders, untilNext } from "./hold.ts";
import { comesBack, withReturn } from "./ledger.ts";
import { confirmed, held, openPassengers, sealOrder } from "./order.ts";
import { refund } from "./refund.ts";
import { mark, sellerOf } from "./seller.ts";
import { grace, look, patience, stepOf, type Take, tryOf } from "./take.ts";
import { again, type Change, type Step, type Work } from "./work.ts";

const msPerHour = 3_600_000;

/** A held booking whose payment failed stays held until it runs out; any other has failed. */
function unpaid(work: Work, because: string): Change {
  const tries = work.tries + 1;
  if (work.sellerOrder !== null)
    return {
      status: "held",
      step: "lapse",
      because,
      tries,
      payment: "none",
      paymentIntent: null,
      event: "payment_failed",
    };
  return { status: "failed", step: null, because, tries, event: "failed" };
}

export const steps: Record<Exclude<Step, "find">, Take> = {
  ...changeSteps,
  accept,
  refund,

  async authorize(work) {
    const { card, tries, total, currency, simulated } = work;
    if (!card) return unpaid(work, "payment_method_gone");
    const outcome = await Payment.authorize(stepOf(work, tryOf("authorize", tries)), card, {
      total,
      currency,
      isReal: !simulated,
    });
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "refused") return unpaid(work, outcome.code);
    if (outcome.status === "done") return authorized(work, outcome.value.intent);
    const paymentIntent = outcome.intent;
    return { status: "action_required", step: "act", paymentIntent, wait: look, event: "action_required" };
  },

  async act(work, at) {
    const outcome = await Payment.read(work.paymentIntent!);
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "refused") return unpaid(work, outcome.code);
    const { state, code } = outcome.value;
    if (state === "authorized") return authorized(work, work.paymentIntent!);
    if (state !== "action") return unpaid(work, code ?? state);
    if (at.getTime() - Date.parse(work.stepAt) < patience) return { step: "act", wait: look, attempts: 0 };
    const released = await Payment.release(stepOf(work, tryOf("release", work.tries)), work.paymentIntent!);
    return released.status === "unknown" ? again(work) : unpaid(work, "not_proven");
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
    const outcome = await Payment.capture(stepOf(work, "capture"), work.paymentIntent!);
    const reminded = { step: "remind", reminded: null, wait: 0 } as const;
    if (outcome.status === "done") return { ...reminded, payment: "paid", event: "paid" };
    if (outcome.status === "unknown") return again(work);
    // The order stands: a person sees to the money.
    Metric.emit({ BookingsPaymentDue: [1, "Count"] });
    return { ...reminded, payment: "due", because: outcome.code, event: "payment_due" };
  },

  async release(work) {
    const outcome = await Payment.release(stepOf(work, tryOf("release", work.tries)), work.paymentIntent!);
    if (outcome.status === "unknown") return again(work);
    // The seats are still held, and may be paid for by another try.
    if (work.status === "held") return { step: "lapse", payment: "released", tries: work.tries + 1, event: "released" };
    const isAbsent = work.because === "order_absent";
    // An order that was given up may be found for another week.
    if (isAbsent) return { step: "find", wait: 24 * msPerHour, payment: "released", event: "released" };
    return { step: null, payment: "released", event: "released" };
  },

  async pay(work, at, write) {
    const seller = await sellerOf(work);
    // A seller that was asked may have taken the payment.
    if (!seller) return work.askedAt === null ? notPaid("seller_gone") : again(work);
    const { sellerOrder: order, total, currency } = work;
    let refused: string | undefined;
    if (work.askedAt === null) {
      await write({ askedAt: at.toISOString() });
      const paid = await seller.pay(order!, { total, currency }, at);
      if (paid.status === "busy") return { step: "pay", askedAt: null, wait: 5_000 };
      if (paid.status === "unknown") return again(work);
      if (paid.status === "refused" && paid.code !== "already_paid") refused = paid.code;
    }
    // The seller refuses a second payment: the order itself says whether it is paid, or is over.
    const read = await seller.get(order!, at);
    if (read.status !== "done") return again(work);
    if (read.value.cancelledAt !== null) return notPaid("order_cancelled");
    if (read.value.payment.awaited)
      return refused === undefined ? { step: "pay", askedAt: null, wait: 5_000 } : notPaid(refused);
    return { ...confirmed(read.value), sealed: await sealOrder(work, read.value), step: "capture", event: "confirmed" };
  },

  async lapse(work, at) {
    const left = Date.parse(work.payBy ?? work.createdAt) - at.getTime();
    const reached = reachedBy(left, work.reminded);
    if (left > 0 && reached !== undefined)
      return { ...untilNext(work, reached), reminded: reached, event: "hold_ends" };
    if (left > 0) return untilNext(work, work.reminded ?? 99);
    const read = await (await sellerOf(work))?.get(work.sellerOrder!, at);
    if (read?.status !== "done" && read?.status !== "refused") return again(work);
    if (read.status === "done" && !read.value.payment.awaited && read.value.cancelledAt === null)
      return {
        ...confirmed(read.value),
        sealed: await sealOrder(work, read.value),
        step: "remind",
        reminded: null,
        payment: "due",
        event: "confirmed",
      };
    return { status: "expired", step: null, event: "expired" };
  },

  async cancel(work, at, write) {
    const seller = await sellerOf(work);
    // Where the seller was asked already, the order may be cancelled: it is waited for.
    if (!seller) return work.askedAt === null ? notCancelled(work, "seller_gone") : again(work);
    let refused: string | undefined;
    if (work.askedAt === null) {
      await write({ askedAt: at.toISOString() });
      const outcome = await seller.confirmCancellation(work.cancellation!.id, at);
      if (outcome.status === "done") return cancelled(work, outcome.value);
      if (outcome.status === "busy") return { step: "cancel", askedAt: null, wait: 5_000 };
      if (outcome.status === "refused" && outcome.code !== "already_cancelled") refused = outcome.code;
    }
    // The seller refuses a second confirmation: the order itself says whether it is cancelled.
    const read = await seller.get(work.sellerOrder!, at);
    if (read.status !== "done") return again(work);
    if (read.value.cancelledAt !== null) return cancelled(work, work.cancellation!);
    // One whose answer was lost may be confirmed a while after its quote ran out.
    const isOver = isQuoteOver(work.cancellation, new Date(at.getTime() - grace));
    if (refused === undefined && !isOver) return { step: "cancel", askedAt: null, wait: 5_000 };
    return notCancelled(work, refused ?? "quote_expired");
  },

  async remind(work, at) {
    if (work.hints > work.looked) return lookAtOrder(work, at);
    const departs = Date.parse(work.departsAt ?? "");
    const left = departs - at.getTime();
    if (!(left > 0)) return { step: null };
    const reached = reachedBy(left, work.reminded);
    const next = reminders.find((hours) => hours < (reached ?? work.reminded ?? 99));
    const then: Change =
      next === undefined ? { step: null } : { step: "remind", until: iso(departs - next * msPerHour) };
    if (reached === undefined) return then;
    return { ...then, reminded: reached, event: reached === 24 ? "checkin_opens" : "departs_soon" };
  },

  async undo(work, at) {
    const seller = await sellerOf(work);
    const quote = await seller?.cancel(work.sellerOrder!, at);
    if (!seller || quote?.status === "unknown" || quote?.status === "busy") return again(work);
    const told = quote?.status === "done" ? quote.value : undefined;
    // What is only held was not paid, and gives nothing back.
    const isFree = told && (told.to === "awaiting_payment" || told.refund?.total === work.total);
    const done = isFree ? await seller.confirmCancellation(told.id, at) : undefined;
    if (done?.status === "done") return { step: null, event: "found_late" };
    if (done?.status === "unknown" || done?.status === "busy") return again(work);
    Metric.emit({ BookingsFoundLate: [1, "Count"] });
    return { step: null, because: "order_found_late", event: "needs_person" };
  },
};

const authorized = (work: Work, paymentIntent: string): Change => ({
  step: work.sellerOrder === null ? "order" : "pay",
  status: work.sellerOrder === null ? "pending" : "held",
  payment: "authorized",
  paymentIntent,
  event: "authorized",
});

const iso = (ms: number) => new Date(ms).toISOString();

/** What an order that was made changes. */
export async function ordered(work: Work, order: Order): Promise<Change> {
  const sealed = await sealOrder(work, order);
  if (order.payment.awaited) return { ...held(order), sealed, askedAt: null, event: "held" };
  return {
    ...confirmed(order),
    sealed,
    askedAt: null,
    step: work.paymentIntent ? "capture" : null,
    event: "confirmed",
  };
}

/** Nothing was ordered: the card is let go, if it was asked. */
export function givenUp(work: Work, because: string): Change {
  return { status: "failed", step: work.payment === "authorized" ? "release" : null, because, event: "failed" };
}

function notPaid(because: string): Change {
  const over = because === "order_cancelled";
  return {
    status: over ? "expired" : "held",
    step: "release",
    askedAt: null,
    because,
    event: over ? "expired" : "payment_failed",
  };
}

/** What is not paid is held as before, until it runs out. */
function notCancelled({ payment }: Work, because: string): Change {
  const isPaid = payment !== "none" && payment !== "released";
  const before = isPaid
    ? ({ status: "confirmed", step: "remind" } as const)
    : ({ status: "held", step: "lapse" } as const);
  return { ...before, wait: 0, askedAt: null, because, event: "not_cancelled" };
}

/** The card gets what the seller gives back to us; what goes elsewhere, or is nothing, leaves the payment as it is. */
function cancelled(work: Work, told: Refund): Change {
  const cancellation = { ...work.cancellation!, confirmedAt: told.confirmedAt };
  const change: Change = { status: "cancelled", cancellation, askedAt: null, event: "cancelled" };
  if (work.payment === "paid" && comesBack(told.to) && told.refund && told.refund.total > 0)
    return { ...change, step: "refund", returns: withReturn(work, told.refund), refundId: null };
  return { ...change, step: work.payment === "authorized" ? "release" : null };
}
