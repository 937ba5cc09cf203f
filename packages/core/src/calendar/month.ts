import * as v from "valibot";
import { addDays } from "../base/day.ts";
import * as Fare from "../fare.ts";
import * as Flight from "../flight.ts";
import { cheapestOf, learn } from "./learn.ts";
import { type Day, Query, type Result } from "./schema.ts";

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
  const days = await Flight.days(pairs, { month, nights, currency: journey.currency }, at);
  const questions = pairs.flatMap((pair, index) =>
    (days[index] ?? []).map((departureDate): Flight.Criteria => {
      const returnDate = nights === null ? null : addDays(departureDate, nights);
      return { ...journey, ...pair, departureDate, returnDate };
    }),
  );
  const { prices, wait } = await learn(questions, at, caller, async (unknown) => {
    const found = new Map<Flight.Criteria, Fare.LastPrice>();
    await Promise.all(
      pairs.map(async (pair) => {
        const missing = unknown.filter((one) => one.origin === pair.origin && one.destination === pair.destination);
        const watched = await watchedPrices(missing, at);
        for (const question of missing) {
          const last = watched.find(({ date }) => date === question.departureDate);
          if (last) found.set(question, last);
        }
      }),
    );
    return found;
  });
  const dates = [...new Set(days.flat())].sort();
  return {
    pollAfter: wait,
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

/** The cheapest of a day's prices, one for each pair of places. */
const toInfo = (date: string, all: (Fare.LastPrice | undefined)[], currency: string): Day => ({
  date,
  ...cheapestOf(all, currency),
});
