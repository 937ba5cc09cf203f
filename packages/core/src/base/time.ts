/**
 * The two times. Real time is the machine's: sessions, links, request limits, leases, idempotency, and how long work
 * may take. Product time is what prices, watches, searches, ages of answers, budgets and counts of calls run on. They
 * are one and the same in a stage; `npm start -- --speed` turns product time (docs/local.md). Every reading of a clock
 * in core and functions is on one side: `core/times.json`.
 */
let turned: { from: number; at: number; speed: number } | undefined;

export function realNow(): Date {
  return new Date();
}

export function productNow(): Date {
  if (!turned) return new Date();
  const { from, at, speed } = turned;
  return new Date(at + (performance.now() - from) * speed);
}

/**
 * From now on product time is `at` and runs `speed` times as fast as real time. Only `npm start` calls this: no
 * deployed bundle has it, and no setting leads to it (stacks/test/deploy.test.ts).
 * @throws RangeError
 */
export function turnProductTime(at: Date, speed: number): void {
  if (speed < 1) throw new RangeError("Product time runs no slower than real time.");
  turned = { from: performance.now(), at: at.getTime(), speed };
}
