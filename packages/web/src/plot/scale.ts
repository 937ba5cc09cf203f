/** Maps values from one range onto another. */
export function linear([from, to]: [number, number], [start, end]: [number, number]): (value: number) => number {
  const span = to - from;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
}

/** About `count` round values from `from` to `to`: 1, 2, 2.5 or 5 times a power of ten apart. */
export function ticks(from: number, to: number, count = 3): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** A range widened by 3 % at both ends, so that no line runs along the edge. */
export function padded(values: number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.03;
  return [low - room, high + room];
}

export type Step = { day: string; low: number; high: number; last: number };

/** The days from one date to another, both included. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** A line of steps: a price holds until the next day that has one; where days are missing, the line breaks. */
export function stepPath(days: Step[], x: (day: string) => number, y: (price: number) => number, width: number): string {
  return days
    .map(({ day, last }, index) => {
      const before = days[index - 1];
      const joins = before && daysBetween(before.day, day) === 1;
      const [left, top] = [x(day), y(last)];
      return `${joins ? "L" : "M"}${round(left)} ${round(top)}H${round(left + width)}`;
    })
    .join("");
}

const round = (value: number) => Math.round(value * 10) / 10;
