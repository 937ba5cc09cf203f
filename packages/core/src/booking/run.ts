import { describeError, logger } from "../base/log.ts";
import { findUnknown } from "./find.ts";
import { steps } from "./steps.ts";
import { again, type Change, claim, type Work, write } from "./work.ts";

/** The most steps that one call takes with a booking: a booking has fewer until its owner must act. */
const most = 12;

/** `within`: no new step starts after this time (ms). */
type Options = { limit?: number; within?: number };

/**
 * Takes the steps that are due at `at`, of one booking or of up to `limit` of them. Every step is written before the next
 * one is taken, so a process may be killed anywhere; of two that work at once one takes a booking. Returns how many
 * bookings were worked on.
 */
export async function run(at: Date, which: { id: string } | Options = {}): Promise<number> {
  const { limit = 20, within = 120_000 } = "id" in which ? {} : which;
  const until = performance.now() + within;
  const works = await claim(at, "id" in which ? which : { limit });
  const unknown = works.filter(({ step }) => step === "find");
  const others = works.filter(({ step }) => step !== "find");
  const ends = await Promise.allSettled([
    ...(unknown.length > 0 ? [findUnknown(unknown, at)] : []),
    ...others.map((work) => advance(work, at, until)),
  ]);
  for (const end of ends)
    if (end.status === "rejected") logger.error("booking step failed", { error: describeError(end.reason) });
  return works.length;
}

/** Takes one step after another, until one is to be waited for. One that throws is taken again later. */
async function advance(first: Work, at: Date, until: number): Promise<void> {
  let work: Work | undefined = first;
  for (let taken = 0; work && taken < most && performance.now() < until; taken++) {
    const { step } = work;
    if (step === null || step === "find") break;
    const held: Work = work;
    const note = async (change: Change) => {
      const written = await write(held, change, at, true);
      if (!written) throw new Error("another worker has claimed the booking");
      return written;
    };
    let change: Change;
    try {
      change = await steps[step](work, at, note);
    } catch (error) {
      logger.error("booking step failed", { booking: work.id, step, error: describeError(error) });
      await write(work, again(work), at);
      return;
    }
    const next = change.step === undefined ? step : change.step;
    // An order is looked for together with others.
    const waits = change.wait !== undefined || change.until !== undefined || next === null || next === "find";
    work = await write(work, change, at, !waits);
    if (waits) return;
  }
  if (work) await write(work, { step: work.step }, at);
}
