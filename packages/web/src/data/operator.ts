import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Analytics from "@travel-conductor/core/analytics";
import type * as Booking from "@travel-conductor/core/booking";
import type * as Flight from "@travel-conductor/core/flight";
import type * as Waiting from "@travel-conductor/core/overview";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type Provider = InferOutput<typeof Flight.Provider>;
export type Funnel = InferOutput<typeof Analytics.Funnel>;
export type Traffic = InferOutput<typeof Analytics.Traffic>;

export type Overview = InferOutput<typeof Waiting.Info>;

/** What waits, and what happened to accounts; asked again each minute while the page is looked at. */
export function useOverview() {
  return useQuery({
    queryKey: ["operator", "overview"],
    queryFn: ({ signal }) => ask<Overview>("/v1/admin/overview", { signal }),
    refetchInterval: 60_000,
  });
}

/** Whether the stores answer, and whether mail goes to any address. */
export function useHealth() {
  return useQuery({
    queryKey: ["operator", "health"],
    queryFn: ({ signal }) => ask<{ mail?: "production" | "sandbox" | null }>("/health", { signal }),
    refetchInterval: 60_000,
  });
}

export type Attention = InferOutput<typeof Booking.Attention>;

/** Bookings that need a person. */
export const useAttention = () =>
  usePages<Page<Attention>>(["operator", "bookings"], "/v1/admin/bookings", { limit: 25 });

const providers = ["operator", "providers"];

export function useProviders() {
  return useQuery({
    queryKey: providers,
    queryFn: ({ signal }) => ask<{ items: Provider[] }>("/v1/admin/providers", { signal }),
    refetchInterval: 60_000,
  });
}

export function useSwitchProvider(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      ask<Provider>(`/v1/admin/providers/${name}`, { method: "PATCH", body: { enabled } }),
    onSettled: () => queries.invalidateQueries({ queryKey: providers }),
  });
}

/** What the searches of the week of a day led to; of last week without a day. */
export function useConversion(day: string) {
  return useQuery({
    queryKey: ["operator", "conversion", day],
    queryFn: ({ signal }) => ask<Funnel>("/v1/admin/conversion", { query: { day }, signal }),
  });
}

export function useTraffic(days: number) {
  return useQuery({
    queryKey: ["operator", "searches", days],
    queryFn: ({ signal }) => ask<Traffic>("/v1/admin/searches", { query: { days }, signal }),
  });
}
