import { useMutation } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { ask, Failed } from "../api/http.ts";
import { sign, type UseOptions } from "../api/passkey.ts";

/** An action that waits until the person has given the password or a passkey again. */
type Waiting = { proceed: () => void; giveUp: () => void };

let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function wait(next: Waiting | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/**
 * Runs an action. Where the API asks for the password again, the dialog asks, and the same action runs once
 * more by itself.
 * @throws Failed with `session.unproven` where the dialog was closed instead
 */
export async function withProof<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Failed) || error.code !== "session.unproven") throw error;
    await new Promise<void>((resolve, reject) => {
      waiting?.giveUp();
      wait({
        proceed: () => {
          wait(null);
          resolve();
        },
        giveUp: () => {
          wait(null);
          reject(error);
        },
      });
    });
    return action();
  }
}

/** What waits for a proof now, for the dialog. */
export function useWaiting(): Waiting | null {
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return useSyncExternalStore(subscribe, () => waiting);
}

export function useProveByPassword() {
  return useMutation({
    mutationFn: (body: { password: string; code?: string }) =>
      ask<void>("/v1/auth/reauthenticate", { method: "POST", body }),
  });
}

export function useProveByPasskey() {
  return useMutation({
    mutationFn: async () => {
      const options = await ask<UseOptions>("/v1/auth/reauthenticate/passkey/options", { method: "POST" });
      await ask<void>("/v1/auth/reauthenticate/passkey", {
        method: "POST",
        body: { credential: await sign(options) },
      });
    },
  });
}
