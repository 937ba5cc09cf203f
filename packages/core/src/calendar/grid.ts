import * as v from "valibot";
import { addDays } from "../base/day.ts";
import * as Flight from "../flight.ts";
import { GridQuery, type GridResult } from "./grid.schema.ts";
import { cheapestOf, learn } from "./learn.ts";

const msPerDay = 86_400_000;

/**
 * Returns the cheapest price of each pair of days around a departure and a return, up to `spread` days to each side,
 * that is sold at `at`: from stored answers, else from the providers for at most 8 pairs, those nearest to the days of
 * the query first. Each repeated request learns more. `caller` sends the look-up of the stored answers in its own Redis
 * request, and pays for the provider calls.
 * @throws Problem `flight.not_sellable`
 */
export async function grid(query: unknown, at: Date, caller?: Flight.Caller): Promise<GridResult> {
  const { spread, ...journey } = v.parse(GridQuery, query);
  const window = await Flight.saleWindow(journey, at, "#");
  window.errors.push(...Flight.checkCurrency(journey, "#"));
  const isSold = (day: string) => day >= window.first && day <= window.last;
  for (const name of ["departureDate", "returnDate"] as const) {
    if (!isSold(journey[name]))
      window.errors.push({ pointer: `#${name}`, detail: `must be a day from today to ${Flight.horizon} days ahead` });
  }
  if (journey.returnDate < journey.departureDate)
    window.errors.push({ pointer: "#returnDate", detail: "must not be before departureDate" });
  Flight.rejectUnsellable(window.errors);

  const shifts = Array.from({ length: 2 * spread + 1 }, (_, index) => index - spread);
  const days = (of: string) => shifts.map((shift) => addDays(of, shift)).filter(isSold);
  const questions = days(journey.departureDate).flatMap((departureDate) =>
    days(journey.returnDate)
      .filter((returnDate) => returnDate >= departureDate)
      .map((returnDate): Flight.Criteria => ({ ...journey, departureDate, returnDate })),
  );
  const apart = (one: string, other: string) => Math.abs(Date.parse(one) - Date.parse(other)) / msPerDay;
  const near = ({ departureDate, returnDate }: Flight.Criteria) =>
    String(apart(departureDate, journey.departureDate) + apart(returnDate ?? "", journey.returnDate));
  const { prices, wait } = await learn(questions, at, caller, async () => new Map(), near);
  return {
    pollAfter: wait,
    items: questions.map((question) => ({
      departureDate: question.departureDate,
      returnDate: question.returnDate!,
      ...cheapestOf([prices.get(question)], journey.currency),
    })),
  };
}
