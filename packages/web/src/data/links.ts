import { useMutation, useQuery } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/link";
import type { InferOutput } from "valibot";
import { client } from "../api/client.ts";
import { ask } from "../api/http.ts";
/** What a link in a message does, and for which watch: null for one that is about all of them. */
export type LinkInfo = InferOutput<typeof Core.Info>;

/** Asks what a link would do. The token opens something: it is kept in memory alone, and for this page. */
export function useLinkPreview(token: string) {
  return useQuery({
    queryKey: ["link"],
    enabled: token !== "",
    gcTime: 0,
    staleTime: 0,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) => ask<LinkInfo>("/v1/links/preview", { method: "POST", body: { token }, signal }),
  });
}

export function useLinkUse(token: string) {
  return useMutation({
    mutationFn: () => ask<LinkInfo>("/v1/links", { method: "POST", body: { token } }),
    onSuccess: () => {
      for (const name of ["watch", "watches", "channels"]) void client.invalidateQueries({ queryKey: [name] });
    },
  });
}
