import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/payment";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import type { Page } from "./pages.ts";
import { askProven } from "./proof.ts";

export type PaymentMethod = InferOutput<typeof Core.Info>;
export type Setup = InferOutput<typeof Core.Setup>;
export type Challenge = InferOutput<typeof Core.Challenge>;

const path = "/v1/payment-methods";

/** All of a person's cards, of which there are at most ten, oldest first. */
export function usePaymentMethods(enabled = true) {
  return useQuery({
    queryKey: ["cards"],
    enabled,
    queryFn: async ({ signal }) => (await ask<Page<PaymentMethod>>(path, { query: { limit: 25 }, signal })).items,
  });
}

function useCardChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: ["cards"] }),
  });
}

/** Begins to add a card: the browser gives it to Stripe with what this answers. */
export const useStartCard = () =>
  useMutation({ mutationFn: () => askProven<Setup>(`${path}/setup`, { method: "POST" }) });

/** Keeps the card that Stripe was given, by the id of its setup. */
export const useFinishCard = () =>
  useCardChange((setup: string) =>
    askProven<PaymentMethod>(`${path}/setup/${encodeURIComponent(setup)}/finish`, { method: "POST" }),
  );

export const useDefaultCard = (id: string) =>
  useCardChange(() => askProven<PaymentMethod>(`${path}/${id}`, { method: "PATCH", body: { isDefault: true } }));

export const useRemoveCard = (id: string) =>
  useCardChange(() => askProven<void>(`${path}/${id}`, { method: "DELETE" }));
