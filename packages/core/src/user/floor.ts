import { setTimeout } from "node:timers/promises";

/**
 * Milliseconds: more than the slowest stored hash and its requests take. A bcrypt of cost 12 takes 230 ms of a whole
 * processor, which is 400 ms on a Lambda of 1 GiB; today's hashes take 30.
 */
const floorMs = 600;

/**
 * Runs `work` so that a failure (or, with `always`, every result) takes no less than the floor: the time then reveals
 * nothing about an account.
 */
export async function withFloor<T>(work: () => Promise<T>, when: "failing" | "always" = "failing"): Promise<T> {
  const over = performance.now() + floorMs;
  // A timer counts whole milliseconds and may fire up to one early.
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
