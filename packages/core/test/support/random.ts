/** Numbers that look random and are the same in each run (mulberry32). */
export function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    digits: (length: number) => Array.from({ length }, () => Math.floor(next() * 10)).join(""),
    pick: <T>(all: T[]): T => all[Math.floor(next() * all.length)]!,
  };
}
