import { type Sample, summarise } from "./drive.ts";

/** The longest p99 (ms) at which people are borne. */
export const target = 300;
/** The first rate that is tried (requests a second), and the factor between rates of which one is borne. */
const first = 15;
const precision = 1.12;

/**
 * Returns the highest rate (requests a second) with a p99 of at most 300 ms and without a fault or a refusal for too
 * many requests, found by trials of `run`: doubles the rate while it is borne, then halves the distance. A run before
 * does not count: in it code is compiled, and caches are empty.
 */
export async function findCapacity(run: (rate: number) => Promise<Sample[]>): Promise<number> {
  await run(first);
  const isBorne = async (rate: number) => {
    const samples = await run(rate);
    const { p99, faults } = summarise(samples);
    const full = samples.filter(({ status, code }) => status === 503 && code === "gateway").length;
    const borne = p99 <= target && faults === 0 && full === 0;
    console.log(
      `  ${rate.toFixed(0)} a second: p99 ${p99.toFixed(0)} ms, ${faults + full} failed: ${borne ? "borne" : "too much"}`,
    );
    return borne;
  };
  let [low, high] = [0, first];
  while (await isBorne(high)) [low, high] = [high, high * 2];
  if (low === 0) [low, high] = [1, first];
  while (high / low > precision) {
    const middle = Math.sqrt(low * high);
    if (await isBorne(middle)) low = middle;
    else high = middle;
  }
  return Math.round(low);
}

/**
 * Returns the time (s) from `end` (ms, by performance.now) to the first second from which on the requests of five
 * seconds have a p99 of at most 300 ms and none failed; NaN where there is none.
 */
export function recoveryAfter(end: number, samples: Sample[]): number {
  const last = Math.max(...samples.map(({ due }) => due));
  for (let second = 0; end + (second + 5) * 1_000 <= last + 1_000; second++) {
    const from = end + second * 1_000;
    const window = samples.filter(({ due }) => due >= from && due < from + 5_000);
    const { p99, faults, count } = summarise(window);
    const full = window.some(({ status, code }) => status === 503 && code === "gateway");
    if (count > 0 && p99 <= target && faults === 0 && !full) return second;
  }
  return Number.NaN;
}
