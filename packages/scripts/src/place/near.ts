import { kilometers, type Spot } from "@travel-conductor/core/base/earth";

/** Sorts things into squares of one degree, so that those near a place are found without looking at all. */
export function squares<T extends Spot>(things: T[]): (spot: Spot, within: number) => T[] {
  const sorted = new Map<string, T[]>();
  for (const thing of things) {
    const key = square(thing, 0, 0);
    const found = sorted.get(key);
    if (found) found.push(thing);
    else sorted.set(key, [thing]);
  }
  const steps = [-1, 0, 1];
  return (spot, within) =>
    steps
      .flatMap((north) => steps.flatMap((east) => sorted.get(square(spot, north, east)) ?? []))
      .filter((thing) => kilometers(spot, thing) <= within);
}

const square = ({ latitude, longitude }: Spot, north: number, east: number) =>
  `${Math.floor(latitude) + north},${Math.floor(longitude) + east}`;
