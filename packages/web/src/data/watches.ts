import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/watch";
import type { InferOutput } from "valibot";
import { watchesQuery, yoursQuery } from "../api/asked.ts";
import { client } from "../api/client.ts";
import { ask } from "../api/http.ts";
import { keepOf } from "./keep.ts";
import type { Names } from "./names.ts";
import { type Page, usePages } from "./pages.ts";
import { noteUnread } from "./unread.ts";

export type Watch = InferOutput<typeof Core.Info>;
export type Covered = InferOutput<typeof Core.Covered>;
export type Judged = InferOutput<typeof Core.Judged>;
export type Simulated = InferOutput<typeof Core.Simulated>;
export type Day = InferOutput<typeof Core.Day>;
export type Overview = InferOutput<typeof Core.Overview>;
export type Rules = Watch["rules"];

export function useWatches(state: Watch["state"] | "all") {
  return usePages<Page<Watch> & Names>(["watches", state], "/v1/watches", watchesQuery(state));
}

/** The newest three, for the home. */
export const useYours = () => usePages<Page<Watch> & Names>(["watches", "yours"], "/v1/watches", yoursQuery);

/** About five minutes. */
const mostPolls = 24;

const watchOf = (id: string, queries: QueryClient) =>
  queryOptions({
    queryKey: ["watch", id],
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<Watch & Names>(["watch", id]);
      const watch = await ask<Watch & Names>(`/v1/watches/${id}`, { signal });
      if (before && before.checkedAt !== watch.checkedAt) askAgainAfterCheck(queries, id);
      return watch;
    },
  });

export function useWatch(id: string) {
  return useQuery({
    ...watchOf(id, useQueryClient()),
    /**
     * A new watch has its first check in a moment: within a minute where the clock ticks once a minute. It may have a
     * price before, of others who watched the same. The browser's clock is not asked: it may be wrong.
     */
    refetchInterval: ({ state }) =>
      state.data && isAwaited(state.data) && state.dataUpdateCount < mostPolls
        ? Math.min(1_000 * 2 ** state.dataUpdateCount, 15_000)
        : false,
  });
}

const isAwaited = ({ state, checkedAt, nextCheckBecause }: Watch) =>
  state === "active" && (checkedAt === null || nextCheckBecause?.code === "new");

/** A check adds to the watch's history and decisions, and may have told. */
function askAgainAfterCheck(queries: QueryClient, id: string): void {
  for (const queryKey of [["watch", id, "overview"], ["watch", id, "decisions"], ["alerts"], ["unread"], ["watches"]]) {
    void queries.invalidateQueries({ queryKey });
  }
}

/** The past of a watch: its days, how its price compares, its alerts and its last decisions. */
export const useOverview = (id: string) => useQuery(overviewOf(id));

const overviewOf = (id: string) =>
  queryOptions({
    queryKey: ["watch", id, "overview"],
    queryFn: async ({ signal }) => noteUnread(await ask<Overview>(`/v1/watches/${id}/overview`, { signal })),
  });

/** Asks for what the page of a watch shows, where that is opened first. */
export const prepareWatch = (id: string) =>
  Promise.all([client.prefetchQuery(watchOf(id, client)), client.prefetchQuery(overviewOf(id))]);

export type GivenRules = { target?: string | null; drop?: string | null; newLow?: boolean; routeLow?: boolean };

/** What the rules would have done on the recorded prices of a subject; null where nothing is to be tried. */
export function useSimulation(subject: Record<string, unknown> | null, rules: GivenRules) {
  const queryKey = ["simulation", subject, rules];
  return useQuery({
    queryKey,
    enabled: subject !== null,
    queryFn: ({ signal }) =>
      ask<Simulated>("/v1/watches/simulate", { method: "POST", body: { ...subject, rules }, signal }),
    placeholderData: keepOf(queryKey, 2),
    staleTime: 60_000,
    retry: false,
  });
}

export function useCreateWatch() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Record<string, unknown>) =>
      ask<Watch & Names>("/v1/watches", { method: "POST", body: wanted }),
    onSuccess: (watch) => {
      queries.setQueryData(["watch", watch.id], watch);
      void queries.invalidateQueries({ queryKey: ["watches"] });
    },
  });
}

/** Does something with a watch: `snooze`, `pause`, `booked` …, or changes it. */
export function useChangeWatch(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, method = "POST", body }: { action?: string; method?: "POST" | "DELETE"; body?: unknown }) =>
      action === undefined
        ? ask<Watch>(`/v1/watches/${id}`, { method: "PATCH", body })
        : ask<unknown>(`/v1/watches/${id}/${action}`, { method, body }),
    // It is under way until the watch is shown as it is now: a second press would act on what is no longer so.
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["watches"] });
      void queries.invalidateQueries({ queryKey: ["watch", id], predicate: ({ queryKey }) => queryKey.length > 2 });
      return queries.invalidateQueries({ queryKey: ["watch", id], exact: true });
    },
  });
}

export function useRemoveWatch(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<void>(`/v1/watches/${id}`, { method: "DELETE" }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ["watch", id] });
      void queries.invalidateQueries({ queryKey: ["watches"] });
      void queries.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
}
