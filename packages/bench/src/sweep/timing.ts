/** Milliseconds of an hour. */
export const hours = 3_600_000;
/** The time of a bench's first sweep (UTC milliseconds). */
export const start = Date.UTC(2026, 5, 1, 6);
/** Every figure is the median of this number of runs. */
export const tries = 5;

/** Returns the duration of `work` (ms). */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export function format(number: number): string {
  return Math.round(number).toLocaleString("en");
}
