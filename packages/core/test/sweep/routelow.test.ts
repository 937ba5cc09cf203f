import { expect, test } from "vitest";
import * as Alert from "../../src/alert.ts";
import { sql } from "../../src/base/db.ts";
import { hasLeft } from "../../src/flight.ts";
import * as Sweep from "../../src/sweep.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { everySweep } from "../support/sweep.ts";
import { sweptLows } from "../support/sweptlow.ts";

const day = 86_400_000;

/** A question about a route of the test's own, with its differences from one adult one way in economy. */
type Question = {
  departureDate: string;
  adults?: number;
  childAges?: number[];
  infants?: number;
  cabin?: string;
  returnDate?: string;
};
type Seen = { question: Question; at: number; price: number };

const lead = ({ departureDate }: Question, at: number) => {
  const days = (Date.parse(departureDate) - Date.parse(new Date(at).toISOString().slice(0, 10))) / day;
  return days <= 7 ? "a week" : days <= 30 ? "a month" : days <= 90 ? "a quarter" : "more";
};
const paying = ({ adults = 1, childAges = [] }: Question) => adults + childAges.length;

/**
 * The rule computed directly: the total at or below which a price is low for its route, or null without enough prices.
 */
function low(seen: Seen[], question: Question, at: number): number | null {
  const alike = seen.filter(
    (each) =>
      each.at < at &&
      each.at >= at - 90 * day &&
      (each.question.cabin ?? "economy") === (question.cabin ?? "economy") &&
      Boolean(each.question.returnDate) === Boolean(question.returnDate) &&
      lead(each.question, each.at) === lead(question, at),
  );
  const days = new Set(alike.map((each) => new Date(each.at).toISOString().slice(0, 10)));
  if (alike.length < 30 || days.size < 14) return null;
  const each = alike.map(({ price, question }) => ({ price, seats: paying(question) }));
  each.sort((one, other) => one.price * other.seats - other.price * one.seats);
  const { price, seats } = each[Math.ceil(0.2 * each.length) - 1]!;
  return Math.floor((price * paying(question)) / seats);
}

test("a low for the route counts the prices of every party at the same lead time", {
  timeout: 60_000,
}, async () => {
  const { origin, destination } = a.route();
  const questions: Question[] = [
    { departureDate: "2026-04-20" },
    { departureDate: "2026-04-20", adults: 2, childAges: [4, 9], infants: 1 },
    { departureDate: "2026-05-29", adults: 1, infants: 1 },
    { departureDate: "2026-06-04", adults: 3 },
    { departureDate: "2026-05-10", cabin: "business" },
    { departureDate: "2026-05-10", returnDate: "2026-05-17" },
    { departureDate: "2026-06-20" },
    { departureDate: "2026-03-20" },
    { departureDate: "2026-03-25", adults: 2 },
    { departureDate: "2026-04-10" },
  ];
  const userId = await a.user();
  const names = new Map<string, Question>();
  for (const question of questions) {
    const rule = { rules: { target: null, drop: null, routeLow: true } };
    const { id } = await a.watch({ origin, destination, currency: "GBP", ...question, ...rule }, { userId });
    names.set(id, question);
  }

  const seen: Seen[] = [];
  const expected: string[] = [];
  const fired = new Set<Question>();
  const prices = (question: Question, at: number) => {
    const fraction =
      (((Date.parse(question.departureDate) / day) * 7 + (at / day) * 13 + paying(question) * 5) % 37) / 37;
    return Math.floor(
      paying(question) * (80_00 + 60_00 * fraction) + (question.cabin ? 100_00 : 0) + paying(question) * 7,
    );
  };
  const askedBy = (criteria: Question) =>
    questions.find(
      (question) =>
        question.departureDate === criteria.departureDate &&
        paying(question) === paying(criteria) &&
        (question.cabin ?? "economy") === criteria.cabin &&
        (question.returnDate ?? null) === criteria.returnDate,
    )!;
  const watched = await sql`select watch_id as "watchId", fare_id as "fareId" from watch_fares`;
  const fares = (watched as { watchId: string; fareId: string }[]).flatMap(({ watchId, fareId }) => {
    const question = names.get(watchId);
    return question ? [{ fareId, question }] : [];
  });
  let judged = 0;
  for (let at = a.noon.getTime(); at < a.noon.getTime() + 36 * day; at += day / 2) {
    const shares = await sweptLows(
      fares.map(({ fareId }) => fareId),
      "market",
      new Date(at),
    );
    const bounds = fares.map(({ fareId, question }) => {
      const share = shares.get(fareId);
      return share ? Math.floor((share * paying(question)) / 2520) : null;
    });
    expect(bounds).toEqual(fares.map(({ question }) => low(seen, question, at)));
    const left = await Promise.all(questions.map((question) => hasLeft({ ...question, origin }, new Date(at))));
    const found = questions
      .filter((_, index) => !left[index])
      .map((question) => ({ question, at, price: prices(question, at) }));
    for (const { question, price } of found) {
      const bound = low(seen, question, at);
      if (bound !== null) judged++;
      if (bound === null || price > bound || fired.has(question)) continue;
      fired.add(question);
      expected.push(`${new Date(at).toISOString()} ${price} ${JSON.stringify(question)}`);
    }
    const provider = stubProvider((_, now, criteria) => prices(askedBy(criteria as Question), now.getTime()));
    await Sweep.run(new Date(at), { provider, cadence: everySweep });
    seen.push(...found);
  }
  const { items } = await Alert.list(userId, { limit: 100 });
  const first = new Map(items.map((alert) => [alert.watchId, alert]));
  expect(items.every(({ rules }) => rules.join() === "route_low")).toBe(true);
  const told = [...first.values()].map(({ watchId, at, price }) => {
    return `${at} ${Number(price.amount.replace(".", ""))} ${JSON.stringify(names.get(watchId))}`;
  });
  expect(told.sort()).toEqual(expected.sort());
  expect(fired.size).toBeGreaterThanOrEqual(4);
  expect(judged).toBeGreaterThan(100);
});
