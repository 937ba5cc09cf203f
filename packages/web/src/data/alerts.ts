import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/alert";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { useMe } from "./me.ts";

export type Alert = InferOutput<typeof Core.Info>;

/** The number of unread alerts, for the badge. 0 for a stranger. */
export function useUnread(): number {
  const { data: me } = useMe();
  const { data } = useQuery({
    queryKey: ["unread"],
    enabled: Boolean(me),
    queryFn: ({ signal }) => ask<{ unread: number }>("/v1/alerts/unread", { signal }),
    refetchInterval: 60_000,
  });
  return data?.unread ?? 0;
}

export function useAlerts(onlyUnread: boolean) {
  return useInfiniteQuery({
    queryKey: ["alerts", onlyUnread],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<{ items: Alert[]; nextCursor: string | null }>("/v1/alerts", {
        query: { cursor: pageParam, limit: 25, ...(onlyUnread ? { unread: true } : {}) },
        signal,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useMarkRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask<Alert>(`/v1/alerts/${id}`, { method: "PATCH", body: { read: true } }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["alerts"] });
      void queries.invalidateQueries({ queryKey: ["unread"] });
    },
  });
}

/** Marks those read that stood on the screen: one that came since stays unread. */
export function useMarkAllRead() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (until: string) => ask<void>("/v1/alerts/read", { method: "POST", body: { until } }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["alerts"] });
      void queries.invalidateQueries({ queryKey: ["unread"] });
    },
  });
}
