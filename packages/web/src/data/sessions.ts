import { useMutation, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/session";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type Session = InferOutput<typeof Core.Listed>;

/** Where the person is signed in, the last used first. */
export const useSessions = () => usePages<Page<Session>>(["sessions"], "/v1/me/sessions", { limit: 25 });

export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ask<void>(`/v1/me/sessions/${id}`, { method: "DELETE" }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}
