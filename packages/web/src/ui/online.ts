import { useSyncExternalStore } from "react";
import { reach } from "../api/reach.ts";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  const forget = reach.subscribe(listener);
  return () => {
    forget();
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Whether the API can be reached, as far as is known: a request that fails says that it cannot. */
export const useOnline = (): boolean =>
  useSyncExternalStore(subscribe, () => typeof navigator === "undefined" || (navigator.onLine && reach.is()));

/**
 * Whether the browser believes in a connection. What is pressed goes by this alone: where a request failed for another
 * reason, pressing again is the way to find out that it works again.
 */
export const useConnected = (): boolean =>
  useSyncExternalStore(subscribe, () => typeof navigator === "undefined" || navigator.onLine);
