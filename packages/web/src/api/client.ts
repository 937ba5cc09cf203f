import { notifyManager, QueryClient } from "@tanstack/react-query";
import { Failed } from "./http.ts";

/** Only what another attempt can mend is asked for again: no answer, or a server that could not serve. */
function isWorthAnother(failures: number, error: Error): boolean {
  if (!(error instanceof Failed)) return false;
  const status = error.problem?.status;
  return failures < 2 && (status === undefined || status === 502 || status === 503) && error.retryAfter === null;
}

// An answer is drawn at once, not after a timer.
notifyManager.setScheduler(queueMicrotask);

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // What is kept for opening without a connection is what is here.
      gcTime: 24 * 60 * 60_000,
      retry: isWorthAnother,
      refetchOnWindowFocus: true,
      refetchOnReconnect: true,
      // Without a connection a request fails at once and says so, in place of waiting in silence.
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
