/** Random-looking numbers without state: the same for the same keys in every process. */

/** Mixes two 32-bit keys into one, by murmur3's steps. */
export function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b + 0x9e3779b9 + (a << 6) + (a >>> 2)), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A key as a number in [0, 1). */
export function unit(key: number): number {
  return mix(key, 0x5bd1e995) / 4_294_967_296;
}

/** A short code (LHR, BA) as a key. */
export function keyOf(code: string): number {
  return Number.parseInt(code, 36);
}

/** Caches at most `size` results of `make`; the oldest is dropped first. */
export function cached<T>(size: number): (key: string, make: () => T) => T {
  const kept = new Map<string, T>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (kept.size >= size) kept.delete(kept.keys().next().value ?? "");
    kept.set(key, made);
    return made;
  };
}
