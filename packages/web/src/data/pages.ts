import {
  type InfiniteData,
  infiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from "@tanstack/react-query";
import type { Query } from "../api/address.ts";
import { ask } from "../api/http.ts";
import { keepOf } from "./keep.ts";
import { noteUnread } from "./unread.ts";

export type Page<T> = { items: T[]; nextCursor: string | null };
export type Pages<Answer> = UseInfiniteQueryResult<InfiniteData<Answer>>;

/** How a list of the API is asked for, page by page. */
export function pagesOf<Answer extends Page<unknown>>(queryKey: unknown[], path: string, query: Query) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      noteUnread(await ask<Answer>(path, { query: { ...query, cursor: pageParam }, signal })),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/**
 * A list of the API, page by page. The list before stays while that of another key is asked for, if the first `keepsOld`
 * parts of both keys are the same; it is asked for again after `staleTime` milliseconds.
 */
export function usePages<Answer extends Page<unknown>>(
  queryKey: unknown[],
  path: string,
  query: Query,
  { keepsOld, staleTime }: { keepsOld?: number; staleTime?: number } = {},
): Pages<Answer> {
  return useInfiniteQuery({
    ...pagesOf<Answer>(queryKey, path, query),
    ...(keepsOld === undefined ? {} : { placeholderData: keepOf(queryKey, keepsOld) }),
    ...(staleTime === undefined ? {} : { staleTime }),
  });
}
