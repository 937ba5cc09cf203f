/** Milliseconds. */
export const hours = 3_600_000;
/** When a bench's first sweep is (UTC milliseconds). */
export const start = Date.UTC(2026, 5, 1, 6);
/** Every figure is the median of so many. */
export const tries = 5;

/** How long (ms) it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export function counted(number: number): string {
  return Math.round(number).toLocaleString("en");
}
