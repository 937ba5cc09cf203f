import { setTimeout } from "node:timers/promises";

/** More than the slowest hash that may still be stored (bcrypt) and the requests beside it take. */
const floor = 400;

/** Does `work` so that when it fails (or `always`) it takes 400 ms at least: how long it took says nothing of an account. */
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
