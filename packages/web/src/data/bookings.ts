import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/booking";
import type { InferInput, InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import type { Results } from "./flights.ts";
import type { Names } from "./names.ts";
import { type Page, usePages } from "./pages.ts";
import { askProven } from "./proof.ts";

export type Booking = InferOutput<typeof Core.Info>;
export type ListedBooking = InferOutput<typeof Core.Listed>;
export type NewBooking = InferInput<typeof Core.Create>;

const path = "/v1/bookings";
/** How often a booking that is being worked on is read again (ms). */
const look = 1_500;

export const useBookings = (when: "upcoming" | "past") =>
  usePages<Page<ListedBooking> & Names>(["bookings", when], path, { limit: 25, when });

/** A booking; while something is being done with it, it is read again and again. */
export function useBooking(id: string) {
  return useQuery({
    queryKey: ["booking", id],
    queryFn: ({ signal }) => ask<Booking>(`${path}/${id}`, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (!data) return false;
      if (data.working) return look;
      return data.actions.includes("confirm_payment") || data.status === "unknown" ? 10 * look : false;
    },
  });
}

/** Books. The key is the same for each try of one booking, so that none is made twice. */
export function useBook() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: NewBooking & { key: string }) =>
      askProven<Booking>(path, { method: "POST", body, key }),
    onSuccess: (made) => {
      queries.setQueryData(["booking", made.id], made);
      return queries.invalidateQueries({ queryKey: ["bookings"] });
    },
  });
}

function useBookingChange<Input>(id: string, change: (input: Input) => Promise<Booking>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (changed) => {
      queries.setQueryData(["booking", id], changed);
      return queries.invalidateQueries({ queryKey: ["bookings"] });
    },
  });
}

export const usePay = (id: string) =>
  useBookingChange(id, (body: InferInput<typeof Core.Pay>) => askProven(`${path}/${id}/pay`, { method: "POST", body }));

export const useConfirmPayment = (id: string) =>
  useBookingChange(id, () => askProven<Booking>(`${path}/${id}/confirm-payment`, { method: "POST" }));

/** What a cancellation gives back, asked of the airline now. */
export const useQuote = (id: string) =>
  useBookingChange(id, () => askProven<Booking>(`${path}/${id}/cancel`, { method: "POST" }));

export const useCancel = (id: string) =>
  useBookingChange(id, (quote: string) =>
    askProven<Booking>(`${path}/${id}/cancel/confirm`, { method: "POST", body: { quote } }),
  );

/** Flights on other days, and what the change costs, asked of the airline now. */
export const useAskChange = (id: string) =>
  useBookingChange(id, (body: InferInput<typeof Core.AskChange>) =>
    askProven<Booking>(`${path}/${id}/change`, { method: "POST", body }),
  );

export const useChange = (id: string) =>
  useBookingChange(id, (body: InferInput<typeof Core.ConfirmChange>) =>
    askProven<Booking>(`${path}/${id}/change/confirm`, { method: "POST", body }),
  );

/** Accepts what the airline changed. */
export const useAcceptChange = (id: string) =>
  useBookingChange(id, (change: string) =>
    askProven<Booking>(`${path}/${id}/airline-change/accept`, { method: "POST", body: { change } }),
  );

export const useShare = (id: string) =>
  useMutation({ mutationFn: () => askProven<{ path: string }>(`${path}/${id}/share`, { method: "POST" }) });

export const useUnshare = (id: string) =>
  useMutation({ mutationFn: () => askProven<void>(`${path}/${id}/share`, { method: "DELETE" }) });

export function useShared(token: string) {
  return useQuery({
    queryKey: ["shared", token],
    queryFn: ({ signal }) => ask<InferOutput<typeof Core.Shared>>(`/v1/shared/trips/${token}`, { signal }),
  });
}

/** A page to print, in a tab of its own. */
export const paperOf = (id: string, paper: "itinerary" | "receipt") => `${path}/${id}/${paper}`;
export const calendarOf = (id: string) => `${path}/${id}/calendar.ics`;

/** What can be booked of an alert now. */
export function useAlertOffers(id: string) {
  return useQuery({
    queryKey: ["offer", "alert", id],
    queryFn: ({ signal }) => ask<Results>(`/v1/alerts/${id}/offers`, { signal }),
    staleTime: 60_000,
  });
}

export type AutoHold = InferOutput<typeof Core.AutoHoldInfo>;
const holdKey = (watch: string) => ["auto hold", watch];

/** Whether a watch holds its flights by itself. */
export function useAutoHold(watch: string) {
  return useQuery({
    queryKey: holdKey(watch),
    queryFn: ({ signal }) => ask<AutoHold>(`/v1/watches/${watch}/auto-hold`, { signal }),
  });
}

export function useSetAutoHold(watch: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: InferInput<typeof Core.AutoHold>) =>
      askProven<AutoHold>(`/v1/watches/${watch}/auto-hold`, { method: "POST", body }),
    onSuccess: (made) => queries.setQueryData(holdKey(watch), made),
  });
}

export function useEndAutoHold(watch: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<void>(`/v1/watches/${watch}/auto-hold`, { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: holdKey(watch) }),
  });
}
