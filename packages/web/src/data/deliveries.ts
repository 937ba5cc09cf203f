import { useMutation, useQueryClient } from "@tanstack/react-query";
import type * as Channel from "@travel-conductor/core/channel";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";

export type Delivery = InferOutput<typeof Channel.Delivery>;
export type DeliveryCounts = InferOutput<typeof Channel.DeliveryCounts>;

const key = ["operator", "deliveries"];

/** Messages that failed or wait, with counts of all of them; an empty filter is none. */
export function useDeliveries({ status, channel }: { status: string; channel: string }) {
  return usePages<Page<Delivery> & { counts: DeliveryCounts }>([...key, status, channel], "/v1/admin/deliveries", {
    status,
    channel,
  });
}

export function useReplay(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<Delivery>(`/v1/admin/deliveries/${id}/replay`, { method: "POST" }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
