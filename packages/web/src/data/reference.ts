import { useQuery } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/airline";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";

export type Airline = InferOutput<typeof Core.Info>;
type Currency = { code: string; decimals: number; sold: boolean };

/** The currencies that prices may be asked for in. */
export function useCurrencies() {
  return useQuery({
    queryKey: ["currencies"],
    queryFn: async ({ signal }) => {
      const { items } = await ask<{ items: Currency[] }>("/v1/currencies", { signal });
      return items.filter(({ sold }) => sold).map(({ code }) => code);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** All airlines that are known, by code. */
export function useAirlines() {
  return useQuery({
    queryKey: ["airlines"],
    queryFn: async ({ signal }) => {
      const { items } = await ask<{ items: Airline[] }>("/v1/airlines", { signal });
      return new Map(items.map((airline) => [airline.code, airline.name]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
