import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { client } from "../api/client.ts";
import { ask } from "../api/http.ts";
import { useSignedIn } from "./me.ts";

const unreadKey = ["unread"];

/** Screens whose first answer has the number of unread alerts: the badge needs no request of its own there. */
const bringsUnread = (path: string) => /^\/($|alerts$|watches(\/|$))/.test(path) && path !== "/watches/new";

/** The number of unread alerts, for the badge. 0 for a stranger. */
export function useUnread(): number {
  const isSignedIn = useSignedIn();
  const [path] = useLocation();
  const { data } = useQuery({
    queryKey: unreadKey,
    enabled: isSignedIn,
    queryFn: ({ signal }) => ask<{ unread: number }>("/v1/alerts/unread", { signal }),
    // The screen's own answer is about to have it.
    ...(bringsUnread(path) ? { initialData: { unread: 0 } } : {}),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
  return data?.unread ?? 0;
}

/** Keeps the number of unread alerts for the badge, where an answer has it. */
export function noteUnread<Answer>(answer: Answer): Answer {
  const { unread } = answer as { unread?: unknown };
  if (typeof unread === "number") client.setQueryData(unreadKey, { unread });
  return answer;
}
