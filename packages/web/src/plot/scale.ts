/** Maps values from one range onto another. */
export function linear([from, to]: [number, number], [start, end]: [number, number]): (value: number) => number {
  const span = to - from;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
}

/** A range widened by 3 % at both ends, so that no line runs along the edge. */
export function padded(values: number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.03;
  return [low - room, high + room];
}
