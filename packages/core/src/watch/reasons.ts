import { msPerDay } from "../base/day.ts";

type Next = { because: keyof typeof sentences; departureDate: string; checkedAt: string | null };
/** Days before departure, both ends included. */
type Days = { min: number; max: number | null };

const spans: Days[] = [
  { min: 0, max: 7 },
  { min: 8, max: 30 },
  { min: 31, max: 90 },
  { min: 91, max: null },
];

/** As text for users. */
const sentences = {
  new: () => "because somebody has begun to watch it",
  departure: ({ min, max }: Days) => {
    const span = max === null ? `more than ${min - 1}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
    return `because departure is ${span} days away`;
  },
  trigger: () => "because the price is close to one that would be told",
  failure: () => "because the last check brought no answer",
  limit: () => "because no more could be asked at the last check",
};

/** Says why the next check is when it is. Days are counted as the cadence counts them. */
export function reasonOf(next: Next, at: Date): { code: Next["because"]; detail: string; days: Days | null } {
  const { because: code, departureDate, checkedAt } = next;
  if (code !== "departure") return { code, detail: sentences[code](), days: null };
  const counted = Date.parse(checkedAt ?? at.toISOString());
  const days = (Date.parse(`${departureDate}T00:00:00Z`) - counted) / msPerDay;
  const span = spans.find(({ max }) => max === null || days <= max)!;
  return { code, detail: sentences.departure(span), days: span };
}
