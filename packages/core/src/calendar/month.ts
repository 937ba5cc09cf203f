import * as v from "valibot";
import { addDays } from "../base/day.ts";
import * as Money from "../base/money.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import { type Day, Query, type Result } from "./schema.ts";

/** A request makes at most this number of searches, for the nearest unknown days, for this time (milliseconds). */
const maxSearches = 8;
const searchTimeoutMs = 15_000;

/**
 * Returns the cheapest price of each day of a month on which the journey is sold at `at`: from stored answers, else
 * from watched fares, else from the providers for at most 8 days of a pair of places. A day without an answer in 15
 * seconds is `unknown`, and `partial` where only some of several pairs have one; each repeated request learns more.
 * `caller` sends the look-up of the stored answers in its own Redis request, and pays for the provider calls.
 * @throws Problem `flight.not_sellable`
 */
export async function month(query: unknown, at: Date, caller?: Flight.Caller): Promise<Result> {
  const { month, nights, origin, destination, ...journey } = v.parse(Query, query);
  const pairs = Flight.pairsOf({ origin, destination });
  const days = await Promise.all(pairs.map((pair) => Flight.days({ ...pair, month, nights }, at)));
  const questions = pairs.flatMap((pair, index) =>
    (days[index] ?? []).map((departureDate): Flight.Criteria => {
      const returnDate = nights === null ? null : addDays(departureDate, nights);
      return { ...journey, ...pair, departureDate, returnDate };
    }),
  );
  const prices = new Map<Flight.Criteria, Fare.LastPrice>();
  const unknown = () => questions.filter((question) => !prices.has(question));
  const addPrices = (searched: Flight.Criteria[], answers: (Flight.StoredAnswer | undefined)[]) => {
    for (const [index, question] of searched.entries()) {
      const last = Fare.lastPrice(answers[index], at);
      if (last) prices.set(question, last);
    }
  };

  addPrices(questions, await Flight.stored(questions, caller));
  await Promise.all(
    pairs.map(async (pair) => {
      const missing = unknown().filter((one) => one.origin === pair.origin && one.destination === pair.destination);
      const watched = await watchedPrices(missing, at);
      for (const question of missing) {
        const last = watched.find(({ date }) => date === question.departureDate);
        if (last) prices.set(question, last);
      }
    }),
  );
  // The nearest days first, of all pairs: the order of the questions decides between equal days.
  const searched = unknown()
    .sort((a, b) => (a.departureDate < b.departureDate ? -1 : Number(a.departureDate > b.departureDate)))
    .slice(0, maxSearches);
  const answers = await Promise.all(searched.map((each) => Flight.searchWithin(each, at, searchTimeoutMs, caller)));
  const left = unknown().length;
  addPrices(searched, answers);
  const learned = left - unknown().length;
  const dates = [...new Set(days.flat())].sort();
  return {
    // A provider that failed, or has calls left for none of the days, is not asked again for 15 seconds.
    pollAfter: unknown().length === 0 ? null : learned > 0 ? 2 : 15,
    items: dates.map((date) => {
      const asked = questions.filter((question) => question.departureDate === date);
      return toInfo(
        date,
        asked.map((question) => prices.get(question)),
        journey.currency,
      );
    }),
  };
}

/** The last prices of the questions that are watched, which differ only in their days. */
async function watchedPrices(questions: Flight.Criteria[], at: Date): Promise<Fare.WatchedPrice[]> {
  const [first] = questions;
  if (!first) return [];
  const dates = questions.map(({ departureDate }) => departureDate);
  return (await Fare.watchedPrices(first, dates, Flight.provider.name, at)) as Fare.WatchedPrice[];
}

/** The cheapest of a day's prices, one for each pair of places; the oldest of them says when it was searched. */
function toInfo(date: string, all: (Fare.LastPrice | undefined)[], currency: string): Day {
  const known = all.filter((last) => last !== undefined);
  const [oldest] = known.map(({ searchedAt }) => searchedAt).sort();
  if (oldest === undefined) return { date, cheapest: null, status: "unknown", searchedAt: null };
  const prices = known.flatMap(({ price }) => (price === null ? [] : [price]));
  const cheapest = prices.length > 0 ? Money.toInfo(Math.min(...prices), currency) : null;
  return { date, cheapest, status: statusOf(known, all.length), searchedAt: oldest };
}

function statusOf(known: Fare.LastPrice[], pairs: number): Exclude<Day["status"], "unknown"> {
  if (known.length < pairs || known.some(({ status }) => status === "partial")) return "partial";
  return known.some(({ status }) => status === "ok") ? "ok" : "no_results";
}
