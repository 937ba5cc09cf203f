import { useSyncExternalStore } from "react";
import { ask, Failed } from "../api/http.ts";

/** What the API asks for: the password or a passkey again, or a second factor. */
type Needs = "proof" | "factor";
/** An action that waits until the person has given it. */
type Waiting = { needs: Needs; proceed: () => void; giveUp: () => void };

const needed: Record<string, Needs> = { "session.unproven": "proof", "factor.required": "factor" };

let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function wait(next: Waiting | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/**
 * Runs an action. Where the API asks for the password again, or for a second factor, the dialog asks, and the same
 * action runs once more by itself.
 * @throws Failed with `session.unproven` or `factor.required` where the dialog was closed instead
 */
export async function withProof<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const needs = error instanceof Failed ? needed[error.code] : undefined;
    if (needs === undefined || !(await isGiven(needs))) throw error;
    return action();
  }
}

/** As `ask`, for changes of what an account may protect by a second factor. */
export const askProven: typeof ask = (path, asked) => withProof(() => ask(path, asked));

/** Has the dialog ask; false where it was closed instead. */
export function isGiven(needs: Needs): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (given: boolean) => () => {
      wait(null);
      resolve(given);
    };
    waiting?.giveUp();
    wait({ needs, proceed: end(true), giveUp: end(false) });
  });
}

/** What waits for a proof now, for the dialog. */
export function useWaiting(): Waiting | null {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(
    subscribe,
    () => waiting,
    () => null,
  );
}
