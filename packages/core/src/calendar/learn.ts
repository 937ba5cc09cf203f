import * as Money from "../base/money.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import type { Known } from "./schema.ts";

/** A request makes at most this number of searches, for the nearest unknown days, for this time (milliseconds). */
const maxSearches = 8;
const searchTimeoutMs = 15_000;

type Prices = Map<Flight.Criteria, Fare.LastPrice>;

/**
 * Finds the prices of questions at `at`: from stored answers, else from `others` (given those that have none), else from
 * the providers for at most 8, the earliest departures first, or as `near` orders them. `wait` are the seconds after
 * which the same would find more; null when all are known.
 */
export async function learn(
  questions: Flight.Criteria[],
  at: Date,
  caller: Flight.Caller | undefined,
  others: (unknown: Flight.Criteria[]) => Promise<Prices>,
  near: (question: Flight.Criteria) => string = ({ departureDate }) => departureDate,
): Promise<{ prices: Prices; wait: number | null }> {
  const prices: Prices = new Map();
  const unknown = () => questions.filter((question) => !prices.has(question));
  const addPrices = (searched: Flight.Criteria[], answers: (Flight.StoredAnswer | undefined)[]) => {
    for (const [index, question] of searched.entries()) {
      const last = Fare.lastPrice(answers[index], at);
      if (last) prices.set(question, last);
    }
  };

  addPrices(questions, await Flight.stored(questions, caller));
  for (const [question, last] of await others(unknown())) prices.set(question, last);
  // The nearest first: the order of the questions decides between equal ones.
  const searched = unknown()
    .sort((a, b) => (near(a) < near(b) ? -1 : Number(near(a) > near(b))))
    .slice(0, maxSearches);
  const answers = await Promise.all(searched.map((each) => Flight.searchWithin(each, at, searchTimeoutMs, caller)));
  const left = unknown().length;
  addPrices(searched, answers);
  const learned = left - unknown().length;
  // A provider that failed, or has calls left for none of the days, is not asked again for 15 seconds.
  return { prices, wait: unknown().length === 0 ? null : learned > 0 ? 2 : 15 };
}

/** The cheapest of several prices, such as those of pairs of places; the oldest of them says when it was searched. */
export function cheapestOf(all: (Fare.LastPrice | undefined)[], currency: string): Known {
  const found = all.filter((last) => last !== undefined);
  const [oldest] = found.map(({ searchedAt }) => searchedAt).sort();
  if (oldest === undefined) return { cheapest: null, status: "unknown", searchedAt: null };
  const prices = found.flatMap(({ price }) => (price === null ? [] : [price]));
  const cheapest = prices.length > 0 ? Money.toInfo(Math.min(...prices), currency) : null;
  return { cheapest, status: statusOf(found, all.length), searchedAt: oldest };
}

function statusOf(found: Fare.LastPrice[], pairs: number): Exclude<Known["status"], "unknown"> {
  if (found.length < pairs || found.some(({ status }) => status === "partial")) return "partial";
  return found.some(({ status }) => status === "ok") ? "ok" : "no_results";
}
