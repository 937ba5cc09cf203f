import { setMaxListeners } from "node:events";
import { isoDay } from "../base/day.ts";
import { describeError, logger } from "../base/log.ts";
import type { Claimed, Tracked } from "../fare.ts";
import {
  type Answer,
  type Call,
  type Criteria,
  type FareProvider,
  fits,
  hasLeft,
  type Offer,
  ownerOf,
} from "../flight.ts";
import type { BasketPrice, KeptOffer } from "./basketprice.ts";

/**
 * The result of pricing a fare or a basket. `criteria` and `of` are the question and the fare whose price it is;
 * `resetsAt` (UTC milliseconds) is when a provider that limits its rate may be asked again.
 */
export type Quote<T extends Tracked = Tracked> = {
  fare: T;
  of: string;
  criteria: Criteria;
  status: Answer["status"];
  offer: KeptOffer | null;
  /** The next cheapest ones, for a provider that takes the first one back. */
  others: KeptOffer[];
  parts: BasketPrice[];
  resetsAt: number | null;
  /** Its day is over: nothing is sold, and it is not priced again. */
  hasLeft: boolean;
};

/**
 * A quote before it may become an alert. Where the provider can confirm, it is judged as if it were confirmed, and
 * confirmed once before an alert is given; `ghost` is the price that the provider then took back.
 */
export type Candidate<T extends Tracked = Tracked> = Quote<T> & {
  confirmable: boolean;
  asked: boolean;
  ghost: number | null;
};

/** A check on demand of one watch: a person waits, and the calls are its payer's instead of the owners'. */
export type OnDemand = { watchId: string } & Pick<Call, "payer">;

/** Fares that were searched, and those that were not, because their payer has no calls left today. */
export type Priced = { quotes: Quote<Claimed>[]; refused: { fare: Claimed; most: number; resetsAt?: string }[] };

/** The most offers that are kept of an answer beside its cheapest. */
const maxOthers = 2;

/** How long a provider may take over one answer once the sweep's time is over (milliseconds). */
const graceMs = 15_000;

/**
 * Searches once per fare, with at most `parallel` calls in flight; a fare whose day is over is not. A provider that
 * throws, or whose answer is unreadable or in another currency, gave no price. No search begins after `until` (of
 * `Date.now()`): then the last fares are neither searched nor refused. With `onDemand` a person waits and pays.
 */
export async function priceFares(
  provider: FareProvider,
  fares: Claimed[],
  at: Date,
  parallel: number,
  until: number,
  onDemand?: OnDemand,
): Promise<Priced> {
  const signal = timeLimit(until);
  const today = isoDay(at);
  const { purpose, payer: person } = purposeOf(onDemand);
  const refused: Priced["refused"] = [];
  const work = async (fare: Claimed): Promise<Quote<Claimed> | undefined> => {
    if (fare.criteria.departureDate <= today && (await hasLeft(fare.criteria, at)))
      return { ...toQuote(fare, { status: "no_results", offers: [] }), hasLeft: true };
    const owner = fare.owner ? ownerOf(fare.owner) : undefined;
    const payer = onDemand ? person : owner;
    const call: Call = { payer, purpose, signal, withinMs: timeLeft(until) };
    const answer = await provider.search(fare.criteria, at, call).catch(() => undefined);
    if (answer?.overShare) {
      refused.push({ fare, most: payer?.most ?? 0, ...(answer.rate ? { resetsAt: answer.rate.resetsAt } : {}) });
      return undefined;
    }
    try {
      return toQuote(fare, answer);
    } catch (error) {
      logger.error("answer not read", { fare: fare.id, error: describeError(error) });
      return toQuote(fare, undefined);
    }
  };
  const quotes = await mapLimited(fares, parallel, work, until);
  return { quotes: quotes.filter((quote) => quote !== undefined), refused };
}

const timeLeft = (until: number) => Math.ceil(Math.max(0, until - Date.now())) + graceMs;

function toQuote(fare: Claimed, answer: Answer | undefined): Quote<Claimed> {
  const { id: fareId, criteria } = fare;
  const [status, offers] = usableOffers(answer, criteria);
  const parts = fare.baskets.map(({ id: basketId, wishes }): BasketPrice => {
    const offer = offers.find((one) => fits(one, wishes) && isUsable(one, criteria));
    if (!offer) return { basketId, fareId, status: status === "ok" ? "no_results" : status, offer: null };
    return { basketId, fareId, status, offer: keepOffer(offer) };
  });
  const resetsAt = answer?.rate ? Date.parse(answer.rate.resetsAt) : null;
  const [offer = null, ...others] = offers.slice(0, 1 + maxOthers).map(keepOffer);
  return { fare, of: fareId, criteria, status, offer, others, parts, resetsAt, hasLeft: false };
}

/** What a check records of an answer: its status, and the total of its cheapest offer (minor units). */
export function recordedOf(
  answer: Answer | undefined,
  criteria: Criteria,
): { status: Answer["status"]; price: number | null } {
  const [status, offers] = usableOffers(answer, criteria);
  return { status, price: offers[0]?.total ?? null };
}

function timeLimit(until: number): AbortSignal {
  const signal = AbortSignal.timeout(timeLeft(until));
  // Each call in flight adds a listener to the signal, and Node warns of more than ten.
  setMaxListeners(0, signal);
  return signal;
}

/** The offers of an answer, cheapest first, or the reason why none of them counts. */
function usableOffers(answer: Answer | undefined, criteria: Criteria): [status: Answer["status"], offers: Offer[]] {
  if (!answer) return ["provider_error", []];
  if (answer.status !== "ok" && answer.status !== "partial") return [answer.status, []];
  const [first] = answer.offers;
  return first && isUsable(first, criteria) ? [answer.status, answer.offers] : ["provider_error", []];
}

/** Copies the part of an offer that outlives its answer, which may be large. */
function keepOffer({ provider, reference, total, currency, stated: _, ...terms }: Offer): KeptOffer {
  return { provider, reference, total, currency, terms };
}

export function toCandidate<T extends Tracked>(quote: Quote<T>, provider: FareProvider): Candidate<T> {
  // The same object: to copy thousands of them and add to each takes longer than to ask for their prices.
  return Object.assign(quote, { confirmable: provider.confirm !== undefined, asked: false, ghost: null });
}

/** Confirms an offer with the provider; the same offer is confirmed at most once in a sweep. */
export type ConfirmOffer = (fareId: string, criteria: Criteria, offer: KeptOffer) => Promise<Said>;
/** What the provider says: the offer as it costs now, `no_results` for one that is gone; else it could not say. */
type Said = { status: Answer["status"]; offer: KeptOffer | null; resetsAt: number | null };

/** Whether the provider took the price back: it says another one, or that the offer is gone. */
export const isTakenBack = ({ status, offer }: Said, asked: KeptOffer) =>
  offer ? offer.total !== asked.total : status === "no_results";

/**
 * Aborts calls 15 s after `until` (of `Date.now()`); an unanswered confirmation counts as not confirmed. With `onDemand`
 * a person waits and pays.
 */
export function createConfirm(provider: FareProvider, at: Date, until: number, onDemand?: OnDemand): ConfirmOffer {
  const said = new Map<string, Promise<Said>>();
  const signal = timeLimit(until);
  const ask = async (criteria: Criteria, offer: KeptOffer): Promise<Said> => {
    const call: Call = { ...purposeOf(onDemand), signal, withinMs: timeLeft(until) };
    const answer = await provider.confirm?.(criteria, offer, at, call).catch(() => undefined);
    const resetsAt = answer?.rate ? Date.parse(answer.rate.resetsAt) : null;
    if (answer?.status === "ok" && isUsable(answer.offer, criteria))
      return { status: "ok", offer: keepOffer(answer.offer), resetsAt };
    if (answer?.status === "gone") return { status: "no_results", offer: null, resetsAt };
    return { status: answer?.status === "rate_limited" ? "rate_limited" : "provider_error", offer: null, resetsAt };
  };
  return async (fareId, criteria, offer) => {
    const key = `${fareId} ${offer.provider} ${offer.reference}`;
    const answer = said.get(key) ?? ask(criteria, offer);
    said.set(key, answer);
    const { offer: now } = await answer;
    // The result of a confirmation holds for the offer under its new reference as well.
    if (now) said.set(`${fareId} ${now.provider} ${now.reference}`, answer);
    return answer;
  };
}

const purposeOf = (onDemand?: OnDemand): Call =>
  onDemand ? { purpose: "person", payer: onDemand.payer } : { purpose: "background" };

/**
 * Confirms each quote that `tell` says would give an alert; the provider's answer replaces it. An offer that is gone
 * gives way to the next one, which is not confirmed yet.
 */
export async function confirmQuotes<T extends Tracked>(
  ask: ConfirmOffer,
  quotes: Candidate<T>[],
  tell: boolean[],
  parallel: number,
): Promise<Candidate<T>[]> {
  const asking = quotes.map((quote, index) => ({ quote, offer: tell[index] && !quote.asked ? quote.offer : null }));
  return mapLimited(asking, parallel, async ({ quote, offer }) => {
    if (!offer) return quote;
    const now = await ask(quote.of, quote.criteria, offer);
    if (now.offer?.total === offer.total) return { ...quote, offer: now.offer, asked: true };
    const { status, resetsAt } = now;
    const parts = quote.parts.map((part) =>
      part.offer?.reference === offer.reference ? { ...part, status, offer: now.offer } : part,
    );
    const ghost = isTakenBack(now, offer) ? (quote.ghost ?? offer.total) : quote.ghost;
    const [next, ...others] = status === "no_results" ? quote.others : [];
    if (next) return { ...quote, offer: next, others, parts, ghost };
    return { ...quote, status, offer: now.offer, others: [], parts, resetsAt, asked: true, ghost };
  });
}

/**
 * Up to this amount the products in the rules, the largest of which is ten thousand times a price, are exact in a
 * double.
 */
const maxAmount = 900_000_000_000;

function isUsable({ total, currency }: Offer, criteria: Criteria): boolean {
  return currency === criteria.currency && Number.isInteger(total) && total > 0 && total <= maxAmount;
}

/**
 * Runs `work` on every item, at most `parallel` at once and none started after `until`. Returns the results of the
 * first items, in order.
 */
export async function mapLimited<T, R>(
  items: T[],
  parallel: number,
  work: (item: T) => Promise<R>,
  until = Number.POSITIVE_INFINITY,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const drain = async () => {
    while (next < items.length && Date.now() < until) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, drain));
  return results;
}
