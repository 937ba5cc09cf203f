import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/alert";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import type { Names } from "./names.ts";
import { type Page, usePages } from "./pages.ts";

export type Alert = InferOutput<typeof Core.Info>;

export function useAlerts(onlyUnread: boolean) {
  const query = { limit: 25, ...(onlyUnread ? { unread: true } : {}) };
  // The list is opened for what is new: what was kept is shown until the answer comes.
  return usePages<Page<Alert> & Names>(["alerts", onlyUnread], "/v1/alerts", query, { staleTime: 0 });
}

/** An alert with the flights whose price it was, where they are known. */
export type FullAlert = InferOutput<typeof Core.Full> & Names;

/** To open an alert is to read it. */
export function useAlert(id: string) {
  const markRead = useMarkRead();
  return useQuery({
    queryKey: ["alert", id],
    queryFn: async ({ signal }) => {
      const alert = await ask<FullAlert>(`/v1/alerts/${id}`, { signal });
      if (alert.readAt === null) markRead.mutate(id);
      return alert;
    },
  });
}

/** The moments of the alerts of the last 30 days, at most the last 100. */
export function useLastMonth() {
  return useQuery({
    queryKey: ["alerts", "last month"],
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - 30 * 86_400_000).toISOString();
      const { items, nextCursor } = await ask<Page<Alert>>("/v1/alerts", { query: { from, limit: 100 }, signal });
      return { instants: items.map(({ at }) => at), isAll: nextCursor === null };
    },
  });
}

/** Changes whether alerts are read, and asks for them and for their number again. */
function useReading<Input>(change: (input: Input) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["alerts"] });
      void queries.invalidateQueries({ queryKey: ["unread"] });
    },
  });
}

export const useMarkRead = () =>
  useReading((id: string) => ask<Alert>(`/v1/alerts/${id}`, { method: "PATCH", body: { read: true } }));

/** Marks those read that stood on the screen: one that came since stays unread. */
export const useMarkAllRead = () =>
  useReading((until: string) => ask<void>("/v1/alerts/read", { method: "POST", body: { until } }));
