import { useMemo } from "react";
import { Failed } from "../api/http.ts";

type Codes = Record<string, string>;
type Faults = Record<string, (values: Record<string, string | number>) => string>;
const none: Faults = {};

/**
 * An error of the API, which says in the reader's language what it says in English, by codes that a few screens alone
 * know: the first page has the words of the others.
 */
export function useTold(error: Error | null, codes: Codes, faults = none): Error | null {
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
