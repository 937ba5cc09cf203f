import type { AirlineChange, Order } from "../flight.ts";
import { flying, isFlown, withoutAsked } from "./flown.ts";
import { sellerOf } from "./seller.ts";
import type { Take } from "./take.ts";
import { again, type Change, type Work } from "./work.ts";

export const isOpen = ({ taken }: AirlineChange) => taken === null;

type Read = { order: Order; changes: AirlineChange[] };

/**
 * Reads an order and what its airline changed: `unknown` where there is no answer now, `gone` where the seller does not
 * know the order, or is not the configured one any more.
 */
async function readOrder(work: Work, at: Date): Promise<Read | "unknown" | "gone"> {
  const seller = await sellerOf(work);
  if (!seller) return "gone";
  const changes = await seller.airlineChanges(work.sellerOrder!, at);
  const order = await seller.get(work.sellerOrder!, at);
  if (changes.status === "done" && order.status === "done") return { order: order.value, changes: changes.value };
  return changes.status === "refused" || order.status === "refused" ? "gone" : "unknown";
}

/**
 * What was read changes: the flights are the order's as soon as no change of them is open, and until then those that
 * were booked, so that its owner sees before and after.
 */
async function seen(work: Work, { order, changes }: Read): Promise<Change> {
  const airlineChanges = changes.map(({ removed, added, ...one }) => ({
    ...one,
    removed: withoutAsked(removed, work.offer),
    added: withoutAsked(added, work.offer),
    accepting: false,
  }));
  const change: Change = { looked: work.hints, sellerActions: order.actions, airlineChanges };
  const isKnown = order.slices === null || isFlown(work, order.slices);
  return isKnown || changes.some(isOpen) ? change : { ...change, ...flying(work, order.slices!) };
}

/** Follows a hint that an order changed. Its owner is told of each change once. */
export async function lookAtOrder(work: Work, at: Date): Promise<Change> {
  const read = await readOrder(work, at);
  if (read === "unknown") return again(work);
  if (read === "gone") return { step: "remind", looked: work.hints };
  const isNew = ({ id }: AirlineChange) => !work.airlineChanges.some((one) => one.id === id);
  const change = { ...(await seen(work, read)), step: "remind" } as const;
  const isTold = read.changes.some((one) => isOpen(one) && isNew(one)) || change.flights !== undefined;
  return isTold ? { ...change, event: "airline_changed" } : change;
}

/** Accepts what the airline changed. Its list says whether that was done: a second acceptance is refused. */
export const accept: Take = async (work, at, write) => {
  const wanted = work.airlineChanges.find(({ accepting }) => accepting);
  const seller = await sellerOf(work);
  if (!wanted || !seller) return notAccepted(work, "seller_gone");
  let refused: string | undefined;
  if (work.askedAt === null) {
    await write({ askedAt: at.toISOString() });
    const outcome = await seller.acceptAirlineChange(wanted.id, at);
    if (outcome.status === "busy") return { step: "accept", askedAt: null, wait: 5_000 };
    if (outcome.status === "unknown") return again(work);
    if (outcome.status === "refused") refused = outcome.code;
  }
  const read = await readOrder(work, at);
  if (read === "unknown") return again(work);
  if (read === "gone") return notAccepted(work, "change_gone");
  const now = read.changes.find(({ id }) => id === wanted.id);
  if (now && isOpen(now) && refused === undefined) return { step: "accept", askedAt: null, wait: 5_000 };
  if (now?.taken !== "accepted") return { ...notAccepted(work, refused ?? "change_gone"), ...(await seen(work, read)) };
  return { ...(await seen(work, read)), step: "remind", askedAt: null, because: null, event: "change_accepted" };
};

const notAccepted = ({ airlineChanges }: Work, because: string): Change => ({
  step: "remind",
  askedAt: null,
  because,
  airlineChanges: airlineChanges.map((one) => ({ ...one, accepting: false })),
  event: "not_accepted",
});
