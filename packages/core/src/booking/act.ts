import * as v from "valibot";
import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import * as Payment from "../payment.ts";
import { isQuoteOver } from "./hold.ts";
import { actionsOf, get, mayChange, missing, moved } from "./read.ts";
import { Confirm, type Info, isOff, Pay } from "./schema.ts";
import { sellerOf } from "./seller.ts";
import { note, wake } from "./wake.ts";
import { type Change, claimIdle, type Work, write } from "./work.ts";

/**
 * Pays a held booking at `at` with a card, at the price that its owner was shown.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.price` where the seller asks another price now,
 * `booking.seller`, and what finding the card throws
 */
export async function pay(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { paymentMethod, price } = v.parse(Pay, input);
  const { customer, token } = await Payment.cardFor(userId, paymentMethod, at);
  return act(userId, id, "pay", at, async (work) => {
    const seller = await sellerOf(work);
    const read = await seller?.get(work.sellerOrder!, at);
    if (read?.status !== "done") throw unreachable();
    const { total, currency } = read.value;
    const asked = Money.toInfo(total, currency);
    if (asked.amount !== price.amount || asked.currency !== price.currency)
      throw new Problem("conflict", "booking.price", "The price has changed.", {
        more: { total: asked, previousTotal: Money.toInfo(work.total, work.currency) },
      });
    return { step: "authorize", total, card: { customer, token }, because: null, event: "payment_asked" };
  });
}

/**
 * Asks the seller what a cancellation gives back. Nothing is cancelled yet.
 * @throws Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.not_cancellable`, `booking.seller`
 */
export async function quote(userId: string, id: string, at: Date): Promise<Info> {
  return act(userId, id, "cancel", at, async (work) => {
    const told = await (await sellerOf(work))?.cancel(work.sellerOrder!, at);
    if (told?.status === "refused")
      throw new Problem(
        "conflict",
        "booking.not_cancellable",
        "The airline does not let this booking be cancelled here.",
      );
    if (told?.status !== "done") throw unreachable();
    return { cancellation: told.value, ...staying(work), event: "cancellation_quoted" };
  });
}

/**
 * Cancels a booking by a quote that its owner has seen.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.quote`
 */
export async function cancel(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { quote } = v.parse(Confirm, input);
  return act(userId, id, "cancel", at, async ({ cancellation }) => {
    if (cancellation?.id !== quote || isQuoteOver(cancellation, at))
      throw new Problem("conflict", "booking.quote", "What a cancellation gives back must be asked for again.");
    return { status: "cancelling", step: "cancel", askedAt: null, event: "cancelling" };
  });
}

/**
 * Looks at once whether the card's owner was proven, when they come back from their bank. Where the payment company's
 * event, or another window, came first, it answers with the booking as it is by now.
 */
export async function confirmPayment(userId: string, id: string, at: Date): Promise<Info> {
  try {
    return await act(userId, id, "confirm_payment", at, async ({ step }) => ({
      step: step === "change_act" ? step : "act",
      wait: 0,
    }));
  } catch (error) {
    if (!(error instanceof Problem) || !["booking.state", "booking.busy"].includes(error.code)) throw error;
    const current = await get(userId, id, at);
    if (isOff(current.status)) throw error;
    return current;
  }
}

/** A quote leaves the next step, and its moment, as they were. */
export const staying = (work: Work): Change =>
  work.step === null ? { step: null } : { step: work.step, until: work.dueAt! };

export const unreachable = () =>
  new Problem("upstream", "booking.seller", "The airline does not answer just now.", { retryAfter: 30 });

/** Claims the booking, so that no step runs meanwhile, and writes what its owner asked for. */
export async function act(
  userId: string,
  id: string,
  action: Info["actions"][number],
  at: Date,
  decide: (work: Work) => Promise<Change>,
): Promise<Info> {
  const work = await claimIdle(userId, id);
  if (work === "missing") throw missing();
  if (work === "moved") throw moved();
  if (work === "busy") throw busy();
  let change: Change | undefined;
  try {
    if (action === "change" && !mayChange(work)) throw notChangeable();
    if (!actionsOf(work, at).includes(action))
      throw new Problem("conflict", "booking.state", "This booking is not in a state for that.");
    change = await decide(work);
    await note(at);
    if (!(await write(work, change, at))) throw busy();
  } catch (error) {
    if (change === undefined) await unclaim(work);
    throw error;
  }
  if (change.step !== null && change.until === undefined) await wake(id);
  return get(userId, id, at);
}

export const notChangeable = () =>
  new Problem("conflict", "booking.not_changeable", "The airline does not let this booking be changed here.");

const busy = () =>
  new Problem("conflict", "booking.busy", "This booking is being worked on right now.", { retryAfter: 5 });

async function unclaim({ id, fence }: Work): Promise<void> {
  await sql`
    update bookings
       set claimed_until = null
     where bookings.id = ${id}
       and bookings.fence = ${fence}::bigint`.catch(() => undefined);
}
