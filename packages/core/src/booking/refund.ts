import * as Metric from "../base/metric.ts";
import * as Payment from "../payment.ts";
import type { Return } from "./kept.ts";
import { returnsOf } from "./ledger.ts";
import { stepOf, type Take } from "./take.ts";
import { again, type Change } from "./work.ts";

const msPerHour = 3_600_000;

/** Gives back to the card, payment by payment, what the seller gave back. */
export const refund: Take = async (work) => {
  const returns = returnsOf(work);
  const next = returns.find(({ done }) => !done);
  // A cancelled booking is over, and one that was changed goes on.
  const then: Change = { step: work.status === "cancelled" ? null : "remind" };
  const failed = (because: string): Change => {
    Metric.emit({ BookingsRefundFailed: [1, "Count"] });
    return { ...then, payment: "refund_failed", because, event: "refund_failed" };
  };
  if (!next) {
    const lost = await findFailed(returns);
    if (lost === "unknown") return again(work);
    if (lost) {
      const known = returns.map((one) => (one.step === lost.step ? { ...one, done: false } : one));
      return { ...failed(lost.code ?? "refused"), returns: known };
    }
    return { ...then, payment: then.step === null ? "refunded" : "paid" };
  }
  const told = await (work.refundId
    ? readRefund(next.intent, work.refundId)
    : Payment.refund(stepOf(work, next.step), next.intent, next));
  if (told.status === "unknown") return again(work);
  if (told.status === "refused") return failed(told.code);
  const { id: refundId, state, code } = told.value;
  if (state === "failed") return failed(code ?? "refused");
  if (state === "pending") return { step: "refund", payment: "refunding", refundId, wait: msPerHour, attempts: 0 };
  const done = returns.map((one) => (one === next ? { ...one, done: true } : one));
  if (done.some((one) => !one.done)) return { step: "refund", payment: "refunding", returns: done, refundId: null };
  const payment = then.step === null ? "refunded" : "paid";
  return { ...then, payment, returns: done, refundId: null, event: "refunded" };
};

async function readRefund(intent: string, refundId: string): Promise<Payment.Done<Payment.Refund>> {
  const told = await Payment.read(intent);
  if (told.status !== "done") return told;
  const found = told.value.refunds.find(({ id }) => id === refundId);
  return found ? { status: "done", value: found } : { status: "unknown" };
}

/** A refund may fail weeks after it counted as paid: the bank sends it back. */
async function findFailed(returns: Return[]): Promise<Payment.Refund | "unknown" | undefined> {
  for (const { intent, step } of returns) {
    const told = await Payment.read(intent);
    if (told.status !== "done") return "unknown";
    const lost = told.value.refunds.find((one) => one.step === step && one.state === "failed");
    if (lost) return lost;
  }
  return undefined;
}
