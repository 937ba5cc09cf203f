/** Returns a generator of numbers in [0, 1) that are always the same for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a choice of 0 to `count` - 1 by Zipf's law with s = 1: the n-th is chosen 1/n as often as the first. */
export function zipf(count: number): (dice: number) => number {
  const sums: number[] = [];
  for (let index = 0; index < count; index++) sums.push((sums[index - 1] ?? 0) + 1 / (index + 1));
  const total = sums[count - 1]!;
  return (dice) => {
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < dice * total) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
