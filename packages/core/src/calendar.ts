import * as v from "valibot";
import * as Money from "./base/money.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";

const { departureDate: _, returnDate: __, ...journey } = Flight.criteriaEntries;

/** A month of departures `YYYY-MM`; with `nights`, each comes back after so many. */
export const Query = Flight.withRules(
  v.strictObject({
    ...journey,
    month: Flight.Month,
    nights: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(180))), null),
  }),
);
export type Query = v.InferInput<typeof Query>;

/** The least that a departure's day costs the whole party, as far as it is known and when that was asked. */
export const Day = v.object({
  date: Flight.Day,
  cheapest: v.nullable(Money.Info),
  status: v.picklist(["ok", "partial", "no_results", "unknown"]),
  searchedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
});
export type Day = v.InferOutput<typeof Day>;

export const Result = v.object({ items: v.array(Day) });
export type Result = v.InferOutput<typeof Result>;

/** How many days are asked about at once, the nearest first, and how long they are waited for (milliseconds). */
const most = 8;
const patience = 8_000;

/**
 * The cheapest price of each day of a month on which the journey is sold at `at`: what is stored, what is watched, and
 * what the providers say of at most 8 days that nothing is known of. A day that nobody could tell in 8 seconds is
 * `unknown`; asked again, more of them are known. `ask` is how Redis is asked for what is stored.
 * @throws Problem `flight.not_sellable`
 */
export async function month(query: unknown, at: Date, ask?: Flight.AskRedis): Promise<Result> {
  const { month, nights, ...journey } = v.parse(Query, query);
  const dates = await Flight.days({ ...journey, month, nights }, at);
  const questions = dates.map((departureDate): Flight.Criteria => {
    const returnDate = nights === null ? null : Flight.plus(departureDate, nights);
    return { ...journey, departureDate, returnDate };
  });
  const known = new Map<string, Fare.LastPrice>();
  const unknown = () => questions.filter(({ departureDate }) => !known.has(departureDate));
  const learn = (asked: Flight.Criteria[], answers: (Flight.StoredAnswer | undefined)[]) => {
    for (const [index, { departureDate }] of asked.entries()) {
      const last = Fare.lastPrice(answers[index], at);
      if (last) known.set(departureDate, last);
    }
  };

  learn(questions, await Flight.stored(questions, ask));
  const [first] = unknown();
  const watched = first ? await Fare.watchedPrices(first, unknown().map(dateOf), at) : [];
  for (const last of watched as Fare.WatchedPrice[]) known.set(last.date, last);
  const asked = unknown().slice(0, most);
  learn(asked, await Promise.all(asked.map((question) => Flight.searchWithin(question, at, patience))));
  return { items: dates.map((date) => shown(date, known.get(date), journey.currency)) };
}

const dateOf = ({ departureDate }: Flight.Criteria) => departureDate;

function shown(date: string, last: Fare.LastPrice | undefined, currency: string): Day {
  if (!last) return { date, cheapest: null, status: "unknown", searchedAt: null };
  const { price, status, searchedAt } = last;
  return { date, cheapest: price === null ? null : Money.toInfo(price, currency), status, searchedAt };
}
