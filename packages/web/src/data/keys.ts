import { useMutation, useQueryClient } from "@tanstack/react-query";
import type * as Core from "@travel-conductor/core/key";
import type { InferInput, InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type Page, usePages } from "./pages.ts";
import { withProof } from "./proof.ts";

export type Key = InferOutput<typeof Core.Info>;
export type Made = InferOutput<typeof Core.Made>;
export type NewKey = InferInput<typeof Core.Create>;
export type Scope = InferOutput<typeof Core.Scope>;

const path = "/v1/me/keys";

export const useKeys = () => usePages<Page<Key>>(["keys"], path, { limit: 25 });

function useKeyChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => withProof(() => change(input)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
}

export const useMakeKey = () => useKeyChange((body: NewKey) => ask<Made>(path, { method: "POST", body }));

export const useRenameKey = (id: string) =>
  useKeyChange((name: string) => ask<Key>(`${path}/${id}`, { method: "PATCH", body: { name } }));

export const useRevokeKey = (id: string) => useKeyChange(() => ask<void>(`${path}/${id}`, { method: "DELETE" }));
