import type { Filters, Offer } from "../data/flights.ts";
import { durationOf } from "../words/format.ts";

export type Mark = "cheapest" | "shortest";

/** The minutes of all directions together. */
function minutesOf({ slices }: Pick<Offer, "slices">): number {
  return slices.reduce((sum, { duration }) => {
    const { days, hours, minutes } = durationOf(duration);
    return sum + (days * 24 + hours) * 60 + minutes;
  }, 0);
}

/**
 * Which of the offers, by id, are the cheapest and which the shortest, if others cost or last more. Where more pages
 * follow, only that is known by which they are sorted.
 */
export function marksOf(
  offers: Pick<Offer, "id" | "total" | "slices">[],
  sort: NonNullable<Filters["sort"]>,
  hasMore: boolean,
): Map<string, Mark[]> {
  const marks = new Map<string, Mark[]>();
  const mark = (name: Mark, measure: (offer: (typeof offers)[number]) => number) => {
    const values = offers.map(measure);
    const least = Math.min(...values);
    if (!hasMore && values.every((value) => value === least)) return;
    for (const [index, { id }] of offers.entries()) {
      if (values[index] === least) marks.set(id, [...(marks.get(id) ?? []), name]);
    }
  };
  if (!hasMore || sort === "price") mark("cheapest", ({ total }) => Number(total.amount));
  if (!hasMore || sort === "duration") mark("shortest", minutesOf);
  return marks;
}
