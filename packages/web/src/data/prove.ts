import { useMutation } from "@tanstack/react-query";
import { ask } from "../api/http.ts";
import { sign, type UseOptions } from "../api/passkey.ts";

export function useProveByPassword() {
  return useMutation({
    mutationFn: (body: { password: string; code?: string }) =>
      ask<void>("/v1/auth/reauthenticate", { method: "POST", body }),
  });
}

export function useProveByPasskey() {
  return useMutation({
    mutationFn: async () => {
      const options = await ask<UseOptions>("/v1/auth/reauthenticate/passkey/options", { method: "POST" });
      await ask<void>("/v1/auth/reauthenticate/passkey", {
        method: "POST",
        body: { credential: await sign(options) },
      });
    },
  });
}
