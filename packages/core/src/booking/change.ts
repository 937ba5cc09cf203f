import * as v from "valibot";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import * as Flight from "../flight.ts";
import * as Payment from "../payment.ts";
import { act, notChangeable, staying, unreachable } from "./act.ts";
import { fault } from "./fields.ts";
import { withoutAsked } from "./flown.ts";
import { get, mayAccept, sidesOf } from "./read.ts";
import { AcceptChange, AskChange, ConfirmChange, type Info } from "./schema.ts";
import { sellerOf } from "./seller.ts";
import type { Work } from "./work.ts";

/** The most offers that are kept and shown: the cheapest ones. */
const mostOffers = 20;

/**
 * Asks the seller for flights on other days, and what the change costs or gives back. Nothing is changed yet.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.busy`,
 * `booking.not_changeable`, `booking.days`, `flight.not_sellable` for days that nobody sells, `booking.seller`
 */
export async function ask(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const wanted = v.parse(AskChange, input);
  if (wanted.departureDate === null && wanted.returnDate === null)
    throw fault("booking.days", "/departureDate", "is needed, or another day of return");
  return act(userId, id, "change", at, async (work) => {
    const { kept, criteria } = work.offer;
    if (wanted.returnDate !== null && criteria.returnDate === null)
      throw fault("booking.days", "/returnDate", "must not be given for a booking without a way back");
    const departureDate = wanted.departureDate ?? criteria.departureDate;
    await Flight.checkDates({ ...criteria, departureDate, returnDate: wanted.returnDate ?? criteria.returnDate }, at);
    const days = [wanted.departureDate, wanted.returnDate].flatMap((day, slice) =>
      day === null ? [] : { slice, departureDate: day },
    );
    const told = await (await sellerOf(work))?.askChange({ order: work.sellerOrder!, offer: kept, criteria, days }, at);
    if (told?.status === "refused") throw notChangeable();
    if (told?.status !== "done") throw unreachable();
    const offers = told.value
      .filter(({ due }) => due.currency === work.currency && work.total + due.total > 0)
      .sort((a, b) => a.due.total - b.due.total || leaves(a).localeCompare(leaves(b)))
      .slice(0, mostOffers)
      .map((offer) => ({ ...offer, slices: withoutAsked(offer.slices, work.offer) }));
    return { change: { offers, chosen: null }, ...staying(work), event: "change_asked" };
  });
}

const leaves = ({ slices }: Flight.ChangeOffer) => slices.map(({ departingAt }) => departingAt).join();

/**
 * Takes an offered change at `at`, at what its owner was shown. What it costs is paid with the card that paid before, or
 * with `paymentMethod`.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.busy`,
 * `booking.not_changeable`, `booking.change_offer`, `booking.price` where the seller asks another amount now,
 * `booking.payment`, `booking.seller`, and what finding the card throws
 */
export async function change(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { offer: wanted, charge, refund, paymentMethod } = v.parse(ConfirmChange, input);
  const found = paymentMethod === null ? undefined : await Payment.cardFor(userId, paymentMethod, at);
  return act(userId, id, "change", at, async (work) => {
    const offer = work.change?.offers.find((one) => one.id === wanted);
    if (!offer || offer.expiresAt <= at.toISOString()) throw askAgain();
    const told = await (await sellerOf(work))?.startChange(offer.id, at);
    if (told?.status === "refused") throw askAgain();
    if (told?.status !== "done") throw unreachable();
    const { due } = told.value;
    const now = sidesOf(told.value);
    if (due.currency !== work.currency || !isSame(charge, now.charge) || !isSame(refund, now.refund))
      throw otherPrice(work, offer, told.value);
    const card = found ? { customer: found.customer, token: found.token } : work.card;
    if (due.total > 0 && !card) throw fault("booking.payment", "/paymentMethod", "is needed: the change costs money");
    return {
      status: "changing",
      step: due.total > 0 ? "change_authorize" : "change",
      change: { ...work.change!, chosen: { ...told.value, offer: offer.id, slices: offer.slices, intent: null } },
      ...(found && { card }),
      askedAt: null,
      because: null,
      event: "changing",
    };
  });
}

/**
 * Accepts what the airline changed. Accepting it again answers with the booking as it is.
 * @throws ValiError, Problem `booking.missing`, `booking.moved`, `booking.state`, `booking.busy`,
 * `booking.airline_change` where there is no such change, or it cannot be accepted here
 */
export async function accept(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { change: wanted } = v.parse(AcceptChange, input);
  const current = await get(userId, id, at);
  const state = current.airlineChanges.find((one) => one.id === wanted)?.state;
  if (state === "accepted" || state === "accepting") return current;
  return act(userId, id, "accept_change", at, async ({ airlineChanges }) => {
    const chosen = airlineChanges.find((one) => one.id === wanted);
    if (!chosen || !mayAccept(chosen))
      throw new Problem("conflict", "booking.airline_change", "There is no such change that can be accepted here.");
    const accepting = airlineChanges.map((one) => ({ ...one, accepting: one === chosen }));
    return { step: "accept", airlineChanges: accepting, askedAt: null, because: null, event: "accepting" };
  });
}

const isSame = (one: Money.Info, other: Money.Info) => one.amount === other.amount && one.currency === other.currency;

const askAgain = () =>
  new Problem("conflict", "booking.change_offer", "This change is no longer offered: ask for changes again.");

function otherPrice({ total, currency }: Work, before: Flight.ChangeOffer, now: Flight.OrderChange): Problem {
  const inAll = ({ due }: Pick<Flight.ChangeOffer, "due">) => Money.toInfo(total + due.total, currency);
  const more = { total: inAll(now), previousTotal: inAll(before), ...sidesOf(now) };
  return new Problem("conflict", "booking.price", "The price has changed.", { more });
}
