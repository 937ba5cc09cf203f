import * as v from "valibot";
import { addDays, daysBetween } from "./base/day.ts";
import * as Money from "./base/money.ts";
import * as Fare from "./fare.ts";
import * as Flight from "./flight.ts";
import type { Sample } from "./insight/sample.ts";

const { maxStops: _, ...journey } = Flight.criteriaEntries;

/** A journey, and its total for the whole party. Without a `price`, the cheapest known one is compared. */
export const Query = Flight.withRules(v.strictObject({ ...journey, price: v.optional(Money.Decimal) }), [
  [
    "price",
    "currency",
    ({ price, currency }) => price === undefined || Money.isPayable(price, currency),
    "must be above zero, with no more decimals than the currency has",
  ],
]);
export type Query = v.InferInput<typeof Query>;

const date = v.string();
const amount = v.nullable(Money.Info);
const Best = v.nullable(v.object({ date, cheapest: Money.Info, searchedAt: v.pipe(v.string(), v.isoTimestamp()) }));

/**
 * The usual prices, as totals for the party of the query. The sample is of the query's own dates if there are enough
 * observations of them, else of the route at the same time before departure. `rank` is the percentage of the sample
 * that was lower than the price, rounded down. `trend` leaves out the day on which the 90 days begin. `best` are the
 * cheapest known departures within 3 and 7 days, with the same number of nights.
 */
export const Result = v.object({
  sample: v.object({ of: v.picklist(["dates", "route"]), observations: v.number(), days: v.number() }),
  lowest: amount,
  highest: amount,
  quartiles: v.nullable(v.object({ lower: Money.Info, upper: Money.Info })),
  median: amount,
  trend: v.array(v.object({ date, lowest: Money.Info, median: Money.Info })),
  price: amount,
  rank: v.nullable(v.number()),
  verdict: v.picklist(Fare.verdicts),
  best: v.object({ within3Days: Best, within7Days: Best }),
});
export type Result = v.InferOutput<typeof Result>;

/**
 * Compares the price of a journey at `at` with the prices of the 90 days before. `caller` sends the look-up of the
 * stored answers in its own Redis request.
 * @throws Problem `flight.not_sellable`
 */
export async function get(query: unknown, at: Date, caller?: Flight.Caller): Promise<Result> {
  const { price, ...journey } = v.parse(Query, query);
  const question: Flight.Criteria = { ...journey, maxStops: null };
  const { currency, departureDate } = question;
  const nearby = nearbyDays(question, await Flight.checkDates(question, at, "#"));
  const days = nearby.map((each) => each.departureDate);
  const stored = await Flight.storedInRedis(nearby, caller);
  const prices = new Map(days.map((date, index) => [date, Fare.lastPrice(stored[index], at)]));
  const ownPrice = price === undefined ? prices.get(departureDate)?.price : Money.toMinor(price, currency);
  // Loaded at the first call: the API starts without its SQL.
  const { readSample } = await import("./insight/sample.ts");
  const { watched, ...sample } = await readSample(question, ownPrice ?? null, days, at);
  for (const last of watched ?? []) if (!prices.get(last.date)) prices.set(last.date, last);
  return { ...compare(sample, currency), best: bestDays(prices, question) };
}

/** The same journey on each day within a week on which it is sold. */
function nearbyDays(question: Flight.Criteria, { first, last }: { first: string; last: string }): Flight.Criteria[] {
  const { departureDate, returnDate } = question;
  return Array.from({ length: 15 }, (_, index) => index - 7)
    .map((days) => ({
      ...question,
      departureDate: addDays(departureDate, days),
      returnDate: returnDate && addDays(returnDate, days),
    }))
    .filter(({ departureDate: leaves, returnDate: home }) => leaves >= first && leaves <= last && (home ?? "") <= last);
}

function compare({ ofDates, observations, days, percentiles, trend, price, below }: Sample, currency: string) {
  const toInfo = (minor: number) => Money.toInfo(minor, currency);
  const always = {
    sample: { of: ofDates ? ("dates" as const) : ("route" as const), observations, days },
    price: price === null ? null : toInfo(price),
  };
  if (!percentiles || observations < Fare.minimumSample.observations || days < Fare.minimumSample.days) {
    const missing = { lowest: null, highest: null, quartiles: null, median: null, trend: [], rank: null };
    return { ...always, ...missing, verdict: "not enough data" as const };
  }
  const [lowest, lower, median, upper, highest] = percentiles;
  return {
    ...always,
    lowest: toInfo(lowest),
    highest: toInfo(highest),
    quartiles: { lower: toInfo(lower), upper: toInfo(upper) },
    median: toInfo(median),
    trend: (trend ?? []).map(([date, low, middle]) => ({ date, lowest: toInfo(low), median: toInfo(middle) })),
    rank: price === null ? null : Math.floor((100 * below) / observations),
    verdict: Fare.verdictOf(price, percentiles, below / observations),
  };
}

/** Of equally cheap days the nearest, and of two equally near ones the earlier. */
function bestDays(
  prices: Map<string, Fare.LastPrice | undefined>,
  { departureDate, currency }: Flight.Criteria,
): Result["best"] {
  const distance = (date: string) => Math.abs(daysBetween(departureDate, date));
  const priced = [...prices].flatMap(([date, last]) =>
    last && last.price !== null ? [{ date, price: last.price, searchedAt: last.searchedAt }] : [],
  );
  priced.sort((a, b) => a.price - b.price || distance(a.date) - distance(b.date));
  const within = (days: number) => {
    const found = priced.find(({ date }) => distance(date) <= days);
    return found
      ? { date: found.date, cheapest: Money.toInfo(found.price, currency), searchedAt: found.searchedAt }
      : null;
  };
  return { within3Days: within(3), within7Days: within(7) };
}
