import * as Metric from "../base/metric.ts";
import type { Order } from "../flight.ts";
import * as Payment from "../payment.ts";
import { flying } from "./flown.ts";
import type { Chosen } from "./kept.ts";
import { chargesOf, comesBack, withReturn } from "./ledger.ts";
import { sealOrder } from "./order.ts";
import { sellerOf } from "./seller.ts";
import { grace, look, patience, stepOf, type Take } from "./take.ts";
import { again, type Change, type Work } from "./work.ts";

type ChangeStep = "change_authorize" | "change_act" | "change" | "change_capture" | "change_release";

/**
 * A change of the flights: what it costs is reserved on the card, the seller changes the order, and the money is taken
 * or given back. The booking stands as it was until the seller has changed it.
 */
export const changeSteps: Record<ChangeStep, Take> = {
  async change_authorize(work) {
    const { card, tries, simulated } = work;
    const { id, due } = chosenOf(work);
    if (!card) return notChanged(work, "payment_method_gone");
    const step = stepOf(work, `change-${id}-${tries}`);
    const outcome = await Payment.authorize(step, card, { ...due, isReal: !simulated });
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "refused") return notChanged(work, outcome.code);
    if (outcome.status === "done")
      return { ...paidBy(work, outcome.value.intent), step: "change", event: "authorized" };
    return { ...paidBy(work, outcome.intent), step: "change_act", wait: look, event: "change_asks" };
  },

  async change_act(work, at) {
    const { id, intent } = chosenOf(work);
    const outcome = await Payment.read(intent!);
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "refused") return notChanged(work, outcome.code);
    const { state, code } = outcome.value;
    if (state === "authorized") return { step: "change", event: "authorized" };
    if (state !== "action") return notChanged(work, code ?? state);
    if (at.getTime() - Date.parse(work.stepAt) < patience) return { step: "change_act", wait: look, attempts: 0 };
    const released = await Payment.release(stepOf(work, `change-release-${id}`), intent!);
    return released.status === "unknown" ? again(work) : notChanged(work, "not_proven");
  },

  async change(work, at, write) {
    const chosen = chosenOf(work);
    const seller = await sellerOf(work);
    // Where the seller was asked already, the flights may be changed: it is waited for.
    if (!seller) return work.askedAt === null ? notChanged(work, "seller_gone") : again(work);
    let refused: string | undefined;
    if (work.askedAt === null) {
      await write({ askedAt: at.toISOString() });
      const outcome = await seller.confirmChange(chosen, at);
      if (outcome.status === "busy") return { step: "change", askedAt: null, wait: 5_000 };
      if (outcome.status === "unknown") return again(work);
      if (outcome.status === "refused") refused = outcome.code;
    }
    // The seller refuses a second confirmation too: the change itself says whether it was made.
    const now = await seller.getChange(chosen.id, at);
    if (now.status !== "done") return again(work);
    if (now.value.confirmedAt === null) {
      if (refused !== undefined) return notChanged(work, refused);
      const isOver = Date.parse(chosen.expiresAt) + grace <= at.getTime();
      return isOver ? notChanged(work, "change_expired") : { step: "change", askedAt: null, wait: 5_000 };
    }
    const read = await seller.get(work.sellerOrder!, at);
    return read.status === "done" ? changed(work, chosen, read.value) : again(work);
  },

  async change_capture(work) {
    const { id, intent } = chosenOf(work);
    const outcome = await Payment.capture(stepOf(work, `change-capture-${id}`), intent!);
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "done") return { step: "remind", change: null, event: "paid" };
    // The change stands: a person sees to the money.
    Metric.emit({ BookingsPaymentDue: [1, "Count"] });
    const charges = work.charges.filter((one) => one.intent !== intent);
    return { step: "remind", change: null, charges, payment: "due", because: outcome.code, event: "payment_due" };
  },

  async change_release(work) {
    const { id, intent } = chosenOf(work);
    const outcome = await Payment.release(stepOf(work, `change-release-${id}`), intent!);
    return outcome.status === "unknown" ? again(work) : { step: "remind", change: null, event: "released" };
  },
};

function chosenOf({ change }: Work): Chosen {
  if (!change?.chosen) throw new Error("no change was chosen");
  return change.chosen;
}

const paidBy = ({ change }: Work, intent: string): Change => ({
  change: { ...change!, chosen: { ...change!.chosen!, intent } },
});

/** The booking stays as it was. What was reserved on the card is let go. */
function notChanged(work: Work, because: string): Change {
  const isReserved = chosenOf(work).intent !== null;
  return {
    status: "confirmed",
    step: isReserved ? "change_release" : "remind",
    ...(isReserved ? {} : { change: null }),
    tries: work.tries + 1,
    askedAt: null,
    because,
    event: "not_changed",
  };
}

/** The total is what was paid in all. What comes back to us goes back to the card. */
async function changed(work: Work, { due, to, intent, slices }: Chosen, order: Order): Promise<Change> {
  const charges = [...chargesOf(work), ...(intent === null ? [] : [{ intent, total: due.total }])];
  const back = due.total < 0 && comesBack(to) ? { total: -due.total, currency: due.currency } : undefined;
  return {
    ...flying(work, order.slices ?? slices),
    status: "confirmed",
    step: intent !== null ? "change_capture" : back ? "refund" : "remind",
    total: work.total + due.total,
    charges,
    ...(back && { returns: withReturn({ ...work, charges }, back), payment: "refunding" }),
    ...(intent === null && { change: null }),
    sealed: await sealOrder(work, order),
    sellerActions: order.actions,
    // What a cancellation gave back before is no longer true.
    cancellation: null,
    askedAt: null,
    because: null,
    event: "changed",
  };
}
