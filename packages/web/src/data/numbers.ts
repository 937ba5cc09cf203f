import { useQuery } from "@tanstack/react-query";
import type * as Analytics from "@travel-conductor/core/analytics";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";

export type Numbers = InferOutput<typeof Analytics.Numbers>;

/** How often prices were taken back before an alert, by month and provider, and how right the forecast was. */
export function useNumbers() {
  return useQuery({
    queryKey: ["numbers"],
    queryFn: ({ signal }) => ask<Numbers>("/v1/numbers", { signal }),
    staleTime: 3_600_000,
  });
}
