import { useInfiniteQuery } from "@tanstack/react-query";
import { ask } from "../api/http.ts";
import type { Names } from "./names.ts";
import { type Page, usePages } from "./pages.ts";
import { noteUnread } from "./unread.ts";
import type { Covered, Judged } from "./watches.ts";

type Decided = Page<Judged> & { previousCursor: string | null; watch: Covered } & Names;
export type Kind = "all" | "told" | "silent";

const pathOf = (id: string) => `/v1/watches/${id}/decisions`;
const keyOf = (id: string) => ["watch", id, "decisions"];

/** The decisions of a watch, like ones folded, from the page with the check at `around` on, in both directions. */
export function useDecisions(id: string, kind: Kind, around: string | null) {
  const query = { fold: true, limit: 50, ...(kind === "all" ? {} : { alerted: kind === "told" }) };
  return useInfiniteQuery({
    queryKey: [...keyOf(id), kind, around],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const place = pageParam === undefined ? { around } : { cursor: pageParam };
      return noteUnread(await ask<Decided>(pathOf(id), { query: { ...query, ...place }, signal }));
    },
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    getPreviousPageParam: (first) => first.previousCursor ?? undefined,
  });
}

/** The single checks of a folded decision. */
export function useRun(id: string, { from, to }: { from: string; to: string }) {
  // The API lists checks before a moment.
  const before = new Date(Date.parse(to) + 1).toISOString();
  return usePages<Page<Judged>>([...keyOf(id), "run", from, to], pathOf(id), { from, to: before, limit: 100 });
}
