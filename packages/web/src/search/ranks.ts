import type { Days } from "../data/flights.ts";

type Known = Pick<Days[number], "cheapest" | "status">;
export type DayPrice = { price: NonNullable<Known["cheapest"]> | null; known: boolean; rank: "cheap" | "dear" | null };

/** The cheapest and the dearest quarter of the known days are marked, if their prices differ from the others. */
export function pricesOf<Day extends Known>(days: Day[], keyOf: (day: Day) => string): Map<string, DayPrice> {
  const sorted = days.flatMap(({ cheapest }) => (cheapest ? [Number(cheapest.amount)] : [])).sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  const [cheap, dear] = [sorted[quarter - 1], sorted.at(-quarter)];
  return new Map(
    days.map((day) => {
      const amount = day.cheapest ? Number(day.cheapest.amount) : null;
      const marks = quarter > 0 && amount !== null && cheap !== undefined && dear !== undefined && cheap < dear;
      const rank = marks && amount <= cheap ? "cheap" : marks && amount >= dear ? "dear" : null;
      return [keyOf(day), { price: day.cheapest, known: day.status !== "unknown", rank }];
    }),
  );
}
