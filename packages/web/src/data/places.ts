import { useQuery } from "@tanstack/react-query";
import type * as Airport from "@travel-conductor/core/airport";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";

export type Place = InferOutput<typeof Airport.Info>;

export function usePlaces(text: string) {
  const typed = text.trim();
  return useQuery({
    queryKey: ["places", typed.toLowerCase()],
    enabled: typed.length > 0,
    queryFn: ({ signal }) => ask<{ items: Place[] }>("/v1/airports", { query: { q: typed, limit: 8 }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The places of some codes, by code. */
export function useNamedPlaces(codes: string[]) {
  const wanted = [...new Set(codes)].filter((code) => /^[A-Z]{3}$/.test(code)).sort();
  return useQuery({
    queryKey: ["named places", wanted],
    enabled: wanted.length > 0,
    queryFn: async ({ signal }) => {
      const { items } = await ask<{ items: Place[] }>("/v1/airports", { query: { codes: wanted }, signal });
      return new Map(items.map((place) => [place.code, place]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
