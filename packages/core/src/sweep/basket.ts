import { msPerHour } from "../base/day.ts";
import { type Basket, type Member, maxPriceAge } from "../fare.ts";
import { hasLeft, mayHaveLeft } from "../flight.ts";
import { type Candidate, type ConfirmOffer, isTakenBack, mapLimited, type Quote } from "./price.ts";

/** The basket without the prices of fares whose day is over. */
export async function withoutLeft(basket: Basket, at: Date): Promise<Basket> {
  if (!basket.members.some(({ criteria }) => mayHaveLeft(criteria, at))) return basket;
  const members = await Promise.all(
    basket.members.map(async (member) => ((await hasLeft(member.criteria, at)) ? { ...member, price: null } : member)),
  );
  return { ...basket, members };
}

/** The age from which an offer is searched again and not confirmed: few providers keep an offer for half an hour. */
const offerAge = msPerHour / 3;

/**
 * The price of a basket at `at`: the lowest of its fares' last ok prices. Without any, the basket is empty when no fare
 * has offers, and otherwise unknown.
 */
export function quoteOf(basket: Basket, at: Date): Quote<Basket> {
  const { members } = basket;
  const cheapest = cheapestOf(members, at);
  const { fareId: of, criteria } = cheapest ?? members[0]!;
  const quote = { fare: basket, of, criteria, others: [], parts: [], resetsAt: null, hasLeft: false };
  if (cheapest) return { ...quote, status: "ok", offer: offerOf(cheapest) };
  const isEmpty = members.every(({ status }) => status === "no_results");
  return { ...quote, status: isEmpty ? "no_results" : "provider_error", offer: null };
}

/**
 * Confirms the quotes that `tell` says would give an alert. The provider's answer replaces the fare's price in the
 * basket, so the basket's price may change; the price taken back is its ghost. An old price is not confirmed: a fare
 * that was not searched at `at` must be searched first (`recalled`), and one that was searched without result, or that
 * is put off because its owner has no calls left, does not count.
 */
export async function confirm(
  ask: ConfirmOffer,
  quotes: Candidate<Basket>[],
  tell: boolean[],
  at: Date,
  parallel: number,
): Promise<{ asked: Candidate<Basket>[]; recalled: Candidate<Basket>[] }> {
  const recalled: Candidate<Basket>[] = [];
  const asking = quotes.map((quote, index) => ({ quote, wanted: tell[index] === true && !quote.asked }));
  const asked = await mapLimited(asking, parallel, async ({ quote, wanted }) => {
    const member = quote.fare.members.find(({ fareId }) => fareId === quote.of);
    if (!wanted || !member || !quote.offer) return quote;
    const { offer } = quote;
    if (at.getTime() - (member.pricedAt ?? 0) > offerAge) {
      if ((member.checkedAt ?? 0) < at.getTime() && !member.isPutOff) {
        recalled.push(quote);
        return quote;
      }
      return again(quote, { ...member, price: null, pricedAt: null });
    }
    const now = await ask(member.fareId, member.criteria, offer);
    if (now.offer?.total === offer.total) return { ...quote, offer: now.offer, asked: true };
    const { status } = now;
    const part = { basketId: quote.fare.id, fareId: member.fareId, status, offer: now.offer };
    const price = now.offer?.total ?? null;
    const changed = {
      ...member,
      provider: now.offer?.provider ?? member.provider,
      reference: now.offer?.reference ?? member.reference,
      status,
      price,
      pricedAt: price === null ? null : at.getTime(),
    };
    const next = again({ ...quote, parts: [...quote.parts, part] }, changed);
    const isConfirmed = status === "ok" && next.of === member.fareId;
    return {
      ...next,
      offer: isConfirmed ? now.offer : next.offer,
      asked: isConfirmed,
      ghost: quote.ghost ?? (isTakenBack(now, offer) ? offer.total : null),
    };
  });
  const gone = new Set(recalled);
  return { asked: asked.filter((quote) => !gone.has(quote)), recalled };

  function again(quote: Candidate<Basket>, changed: Member): Candidate<Basket> {
    const members = quote.fare.members.map((each) => (each.fareId === changed.fareId ? changed : each));
    const { parts, confirmable, ghost } = quote;
    return { ...quoteOf({ ...quote.fare, members }, at), parts, confirmable, ghost, asked: false };
  }
}

function cheapestOf(members: Member[], at: Date): Member | undefined {
  let cheapest: Member | undefined;
  for (const member of members) {
    if (member.price === null || (member.pricedAt ?? 0) < at.getTime() - maxPriceAge) continue;
    if (!cheapest || member.price < cheapest.price!) cheapest = member;
  }
  return cheapest;
}

function offerOf({ provider, reference, price, criteria }: Member) {
  return {
    provider: provider ?? "",
    reference: reference ?? "",
    total: price ?? 0,
    currency: criteria.currency,
    terms: null,
  };
}
