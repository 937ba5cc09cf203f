import { violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";

export function missing(): Problem {
  return new Problem("missing", "watch.missing", "There is no such watch.");
}

export function duplicate(): Problem {
  return new Problem("conflict", "watch.duplicate", "You already watch exactly this.");
}

/** @throws Problem `watch.duplicate` when the user already has a watch with the same subject and rules */
export async function rejectDuplicate<T>(written: Promise<T>): Promise<T> {
  return written.catch((error: unknown) => {
    if (violatedConstraint(error) !== "watch_is_not_a_duplicate") throw error;
    throw duplicate();
  });
}
