/** A place on earth, in degrees of WGS 84. */
export type Spot = { latitude: number; longitude: number };

/** The distance between two places in kilometers, on a sphere. */
export function kilometers(from: Spot, to: Spot): number {
  const radians = Math.PI / 180;
  const rise = Math.sin(((to.latitude - from.latitude) * radians) / 2) ** 2;
  const turn = Math.sin(((to.longitude - from.longitude) * radians) / 2) ** 2;
  const inner = rise + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * turn;
  return 12_742 * Math.asin(Math.sqrt(inner));
}

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
