import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/session";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";

export type Session = InferOutput<typeof Core.Listed>;

/** Where the person is signed in, the last used first. */
export function useSessions() {
  return useInfiniteQuery({
    queryKey: ["sessions"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<{ items: Session[]; nextCursor: string | null }>("/v1/me/sessions", {
        query: { cursor: pageParam, limit: 25 },
        signal,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask<void>(`/v1/me/sessions/${id}`, { method: "DELETE" }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}
