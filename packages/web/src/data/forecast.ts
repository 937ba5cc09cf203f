import { useQuery } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/forecast";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import type { Journey } from "./flights.ts";

export type Forecast = InferOutput<typeof Core.Result>;

/** What a forecast is asked of: a watch, or a journey in the currency that its prices are shown in. */
export type Asked = { watch: string } | { journey: Journey; currency: string };

/** How often a price fell that stood as the present one does; it may say nothing. */
export function useForecast(asked: Asked) {
  return useQuery({
    queryKey: ["forecast", asked],
    queryFn: ({ signal }) =>
      "watch" in asked
        ? ask<Forecast>(`/v1/watches/${asked.watch}/forecast`, { signal })
        : ask<Forecast>("/v1/flights/forecast", {
            query: { ...asked.journey, currency: asked.currency },
            signal,
          }),
    staleTime: 10 * 60_000,
  });
}
