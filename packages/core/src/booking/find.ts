import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import type { Order, Seller } from "../flight.ts";
import { mark, sellerOf } from "./seller.ts";
import { givenUp, ordered } from "./steps.ts";
import { again, type Change, type Work, write } from "./work.ts";

const msPerHour = 3_600_000;
/** How long an order must be absent from every complete list before it counts as never made (ms). */
const patience = 24 * msPerHour;
/** How long one that counts as never made is still looked for (ms). */
const longest = 8 * 24 * msPerHour;
/** Clocks of the seller and ours may differ (ms). */
const slack = 5 * 60_000;

/**
 * Looks for the orders of bookings whose outcome is unknown, all in one list of the seller's. Nothing is ordered again.
 * An order that is absent for a day is given up, and one found after that is undone where that is free. A list that was
 * cut or failed says nothing.
 */
export async function findUnknown(works: Work[], at: Date): Promise<void> {
  const sellers = new Map<Seller, Work[]>();
  for (const work of works) {
    const seller = await sellerOf(work);
    if (seller) sellers.set(seller, [...(sellers.get(seller) ?? []), work]);
    else await settle(work, again(work), at);
  }
  for (const [seller, theirs] of sellers) {
    const since = Math.min(...theirs.map(({ askedAt, createdAt }) => Date.parse(askedAt ?? createdAt)));
    const listed = await seller.list(mark, new Date(since - slack), at);
    const orders =
      listed.status === "done" ? new Map(listed.value.map((one) => [one.metadata.booking, one])) : undefined;
    for (const work of theirs)
      await settle(work, orders ? await outcome(work, orders.get(work.id), at) : again(work), at);
  }
}

async function settle(work: Work, change: Change, at: Date): Promise<void> {
  await write(work, change, at).catch((error) =>
    logger.error("booking step failed", { booking: work.id, step: work.step, error: describeError(error) }),
  );
}

async function outcome(work: Work, order: Order | undefined, at: Date): Promise<Change> {
  const wasGivenUp = work.status === "failed";
  if (order) {
    const isGone = order.cancelledAt !== null;
    if (wasGivenUp) return isGone ? { step: null } : { step: "undo", sellerOrder: order.id };
    return isGone ? givenUp(work, "order_cancelled") : ordered(work, order);
  }
  const asked = Date.parse(work.askedAt ?? work.createdAt);
  if (wasGivenUp) return at.getTime() - asked > longest ? { step: null } : { step: "find", wait: 24 * msPerHour };
  const absentSince = work.absentSince ?? at.toISOString();
  if (at.getTime() - Date.parse(absentSince) >= patience) {
    Metric.emit({ BookingsAbsent: [1, "Count"] });
    const change = givenUp(work, "order_absent");
    return change.step === null ? { ...change, step: "find", wait: 24 * msPerHour } : change;
  }
  const waited = at.getTime() - asked;
  // A minute at first, then less and less often.
  return { step: "find", absentSince, wait: Math.min(msPerHour, Math.max(60_000, waited / 4)) };
}
