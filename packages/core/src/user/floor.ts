import { setTimeout } from "node:timers/promises";

/**
 * Milliseconds: more than the slowest hash still stored and the requests beside it take. A bcrypt of cost 12 takes 230
 * of a whole processor, so 400 of what a Lambda of 1 GiB has of one; today's hashes take 30.
 */
const floor = 600;

/** Does `work` so that when it fails (or `always`) it takes no less than the floor: the time says nothing of an account. */
export async function floored<T>(work: () => Promise<T>, when: "failing" | "always" = "failing"): Promise<T> {
  const over = performance.now() + floor;
  // A timer counts in whole milliseconds and may be up to one early.
  const rest = () => setTimeout(Math.ceil(over - performance.now()) + 1);
  try {
    const answer = await work();
    if (when === "always") await rest();
    return answer;
  } catch (error) {
    await rest();
    throw error;
  }
}
