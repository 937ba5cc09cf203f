import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as Factor from "@travel-conductor/core/factor";
import type { InferOutput } from "valibot";
import { ask } from "../api/http.ts";
import { type AddOptions, create } from "../api/passkey.ts";
import { withProof } from "./proof.ts";

export type Factors = InferOutput<typeof Factor.Info>;
export type Passkey = InferOutput<typeof Factor.Passkey>;
type Setup = InferOutput<typeof Factor.Setup>;
type RecoveryCodes = InferOutput<typeof Factor.RecoveryCodes>;

const path = "/v1/me/factors";
const key = ["factors"];

/** What signs the person in beside the password. */
export function useFactors() {
  return useQuery({ queryKey: key, queryFn: ({ signal }) => ask<Factors>(path, { signal }) });
}

function useFactorChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => withProof(() => change(input)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: key });
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
}

/** Switches on or off that bookings, travelers, cards and exports require a second factor. */
export const useRequireFactor = () =>
  useFactorChange((required: boolean) => ask<Factors>(path, { method: "PATCH", body: { required } }));

export const useAddPasskey = () =>
  useFactorChange(async (name: string) => {
    const options = await ask<AddOptions>(`${path}/passkeys/options`, { method: "POST" });
    const credential = await create(options);
    return ask<Passkey>(`${path}/passkeys`, { method: "POST", body: { name, credential } });
  });

export const useRenamePasskey = (id: string) =>
  useFactorChange((name: string) => ask<Passkey>(`${path}/passkeys/${id}`, { method: "PATCH", body: { name } }));

export const useRemovePasskey = (id: string) =>
  useFactorChange(() => ask<void>(`${path}/passkeys/${id}`, { method: "DELETE" }));

/** Asks for the secret of an app; nothing is switched on before its first code. */
export const useSetUpApp = () => useFactorChange(() => ask<Setup>(`${path}/totp`, { method: "POST" }));

export const useConfirmApp = () =>
  useFactorChange((code: string) => ask<RecoveryCodes>(`${path}/totp/confirm`, { method: "POST", body: { code } }));

export const useRemoveApp = () => useFactorChange(() => ask<void>(`${path}/totp`, { method: "DELETE" }));

export const useRenewCodes = () =>
  useFactorChange(() => ask<RecoveryCodes>(`${path}/recovery-codes`, { method: "POST" }));
