import { client } from "../api/client.ts";

export const unreadKey = ["unread"];

/** Screens whose first answer has the number of unread alerts: the badge needs no request of its own there. */
export const bringsUnread = (path: string) => /^\/($|alerts$|watches(\/|$))/.test(path) && path !== "/watches/new";

/** Keeps the number of unread alerts for the badge, where an answer has it. */
export function noteUnread<Answer>(answer: Answer): Answer {
  const { unread } = answer as { unread?: unknown };
  if (typeof unread === "number") client.setQueryData(unreadKey, { unread });
  return answer;
}
