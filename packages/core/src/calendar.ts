import * as v from "valibot";
import { addDays } from "./base/day.ts";
import * as Money from "./base/money.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";

const { departureDate: _, returnDate: __, ...journey } = Flight.criteriaEntries;

/** A month of departures `YYYY-MM`, one way, or with a return after `nights`. */
export const Query = Flight.withRules(
  v.strictObject({
    ...journey,
    month: Flight.Month,
    nights: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(180))), null),
  }),
);
export type Query = v.InferInput<typeof Query>;

/** The lowest known total of a departure day for the whole party, and when it was searched (UTC). */
export const Day = v.object({
  date: Flight.Day,
  cheapest: v.nullable(Money.Info),
  status: v.picklist(["ok", "partial", "no_results", "unknown"]),
  searchedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
});
export type Day = v.InferOutput<typeof Day>;

export const Result = v.object({ items: v.array(Day) });
export type Result = v.InferOutput<typeof Result>;

/** A request searches at most this number of unknown days, the nearest first, for this time (milliseconds). */
const maxSearches = 8;
const searchTimeoutMs = 15_000;

/**
 * Returns the cheapest price of each day of a month on which the journey is sold at `at`: from stored answers, else
 * from watched fares, else from the providers for at most 8 days. A day without an answer in 15 seconds is `unknown`;
 * each repeated request learns more days. `caller` sends the look-up of the stored answers in its own Redis
 * request, and pays for the provider calls.
 * @throws Problem `flight.not_sellable`
 */
export async function month(query: unknown, at: Date, caller?: Flight.Caller): Promise<Result> {
  const { month, nights, ...journey } = v.parse(Query, query);
  const dates = await Flight.days({ ...journey, month, nights }, at);
  const questions = dates.map((departureDate): Flight.Criteria => {
    const returnDate = nights === null ? null : addDays(departureDate, nights);
    return { ...journey, departureDate, returnDate };
  });
  const prices = new Map<string, Fare.LastPrice>();
  const unknown = () => questions.filter(({ departureDate }) => !prices.has(departureDate));
  const addPrices = (searched: Flight.Criteria[], answers: (Flight.StoredAnswer | undefined)[]) => {
    for (const [index, { departureDate }] of searched.entries()) {
      const last = Fare.lastPrice(answers[index], at);
      if (last) prices.set(departureDate, last);
    }
  };

  addPrices(questions, await Flight.stored(questions, caller));
  const [first] = unknown();
  const watched = first ? await Fare.watchedPrices(first, unknown().map(dateOf), Flight.provider.name, at) : [];
  for (const last of watched as Fare.WatchedPrice[]) prices.set(last.date, last);
  const searched = unknown().slice(0, maxSearches);
  const answers = await Promise.all(searched.map((each) => Flight.searchWithin(each, at, searchTimeoutMs, caller)));
  addPrices(searched, answers);
  return { items: dates.map((date) => toInfo(date, prices.get(date), journey.currency)) };
}

const dateOf = ({ departureDate }: Flight.Criteria) => departureDate;

function toInfo(date: string, last: Fare.LastPrice | undefined, currency: string): Day {
  if (!last) return { date, cheapest: null, status: "unknown", searchedAt: null };
  const { price, status, searchedAt } = last;
  return { date, cheapest: price === null ? null : Money.toInfo(price, currency), status, searchedAt };
}
