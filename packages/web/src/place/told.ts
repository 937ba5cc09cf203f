import { useMemo } from "react";
import { Failed } from "../api/http.ts";
import { usePostTexts } from "../words/posts.ts";

/**
 * An error of the API about texts, which says in the reader's language what it says in English. Its codes are known
 * here, and not in the words of every screen, so that the first page stays small.
 */
export function useTold(error: Error | null): Error | null {
  const { codes, faults } = usePostTexts();
  return useMemo(() => {
    if (!(error instanceof Failed) || error.problem === null) return error;
    const { problem, retryAfter } = error;
    const detail = codes[problem.code] ?? problem.detail;
    const errors = (problem.errors ?? []).map((fault) => ({
      ...fault,
      detail: faults[fault.code ?? ""]?.(fault.values ?? {}) ?? fault.detail,
    }));
    return new Failed({ ...problem, ...(detail === undefined ? {} : { detail }), errors }, retryAfter);
  }, [error, codes, faults]);
}
