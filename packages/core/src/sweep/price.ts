import type { Claimed } from "../fare.ts";
import type { Answer, FareProvider, Offer } from "../flight.ts";

/** A fare with the provider's answer. */
export type Quote = { fare: Claimed; status: Answer["status"]; offer: Offer | null };

/**
 * A quote on its way to an alert. Where the provider can confirm, it is judged as if it were confirmed, and asked once
 * before anybody is told; `ghost` is then the price it took back.
 */
export type Asked = Quote & { confirmable: boolean; asked: boolean; ghost: number | null };

/** Nobody waits for a sweep. */
const purpose = "background";

/** How long a provider may take over one answer once the sweep's time is over (milliseconds). */
const grace = 15_000;

/**
 * One search a fare, at most `parallel` in flight. A provider that throws, or answers in another currency, gave no price.
 * No search begins after `until` (of `Date.now()`): the quotes are of the first so many fares.
 */
export async function price(
  provider: FareProvider,
  fares: Claimed[],
  at: Date,
  parallel: number,
  until: number,
): Promise<Quote[]> {
  const signal = AbortSignal.timeout(Math.max(0, until - Date.now()) + grace);
  const work = async (fare: Claimed): Promise<Quote> => {
    const answer = await provider.search(fare.criteria, at, { signal, purpose }).catch(() => undefined);
    const [offer] = answer?.offers ?? [];
    const priced = answer?.status === "ok" || answer?.status === "partial";
    if (answer && !priced) return { fare, status: answer.status, offer: null };
    return answer && offer && usable(offer, fare)
      ? { fare, status: answer.status, offer }
      : { fare, status: "provider_error", offer: null };
  };
  return eachOf(fares, parallel, work, until);
}

export function unasked(quote: Quote, provider: FareProvider): Asked {
  return { ...quote, confirmable: provider.confirm !== undefined, asked: false, ghost: null };
}

/** Asks about each quote of which `tell` says that somebody would be told; what the provider says now takes its place. */
export async function confirm(
  provider: FareProvider,
  quotes: Asked[],
  tell: boolean[],
  at: Date,
  parallel: number,
): Promise<Asked[]> {
  const asking = quotes.map((quote, index) => ({ quote, wanted: tell[index] === true && !quote.asked }));
  return eachOf(asking, parallel, async ({ quote, wanted }) => {
    const { fare, offer } = quote;
    if (!wanted || !offer || !provider.confirm) return quote;
    const answer = await provider.confirm(fare.criteria, offer, at, { purpose }).catch(() => undefined);
    const now = answer?.status === "ok" ? answer.offer : null;
    if (now?.total === offer.total && now.currency === offer.currency) return { ...quote, asked: true };
    const taken = { ...quote, asked: true, ghost: offer.total };
    if (now && usable(now, fare)) return { ...taken, offer: now };
    return { ...taken, status: answer?.status === "gone" ? "no_results" : "provider_error", offer: null };
  });
}

/** Up to here the rules' products, of which ten thousand times a price is the largest, are exact in a double. */
const most = 900_000_000_000;

function usable({ total, currency }: Offer, fare: Claimed): boolean {
  return currency === fare.criteria.currency && Number.isInteger(total) && total > 0 && total <= most;
}

/** `work` on every item, at most `parallel` at once and none begun after `until`: the results of the first so many, in order. */
async function eachOf<T, R>(
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
