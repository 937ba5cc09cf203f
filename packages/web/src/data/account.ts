import { useMutation } from "@tanstack/react-query";
import type * as User from "@travel-conductor/core/user";
import type { InferInput } from "valibot";
import { ask } from "../api/http.ts";
import { sign, type UseOptions } from "../api/passkey.ts";
import { changeMe, changePerson, leave, type Me } from "./me.ts";
import { withProof } from "./proof.ts";

type Entry = { email: string; password: string };
type SignUp = Entry & { firstName: string; lastName?: string };

/** What a sign-in by password answers: the person, or a ticket for the second step, good for 5 minutes. */
type Answer = { user: Me } | { ticket: string; expiresAt: string };

/** Asks to be signed in. The answer has no token: the browser keeps the session in a cookie that no script can read. */
const enter = <Answer>(path: string, entry: object) =>
  ask<Answer>(path, { method: "POST", body: { ...entry, session: "cookie" } });

/** Signs in, or makes an account first. */
export function useSignIn(path: "/v1/auth/login" | "/v1/auth/signup") {
  return useMutation({
    mutationFn: (entry: Entry | SignUp) => enter<Answer>(path, entry),
    onSuccess: (answer) => {
      if ("user" in answer) changePerson(answer.user);
    },
  });
}

/** The second step: six digits of the app, or a recovery code. */
export function useSignInByCode() {
  return useMutation({
    mutationFn: (entry: { ticket: string; code: string }) => enter<{ user: Me }>("/v1/auth/login/code", entry),
    onSuccess: ({ user }) => changePerson(user),
  });
}

/** Signs in by a passkey of this device, without address and password. */
export function useSignInByPasskey() {
  return useMutation({
    mutationFn: async () => {
      const options = await ask<UseOptions>("/v1/auth/passkey/options", { method: "POST" });
      const credential = await sign(options);
      return enter<{ user: Me }>("/v1/auth/passkey", { credential });
    },
    onSuccess: ({ user }) => changePerson(user),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => ask<void>("/v1/auth/logout", { method: "POST" }),
    onSuccess: leave,
  });
}

/** Sends something to one of the routes that need no answer but success. */
export function useSend<Body>(path: string, method: "POST" | "PATCH" | "DELETE" = "POST") {
  return useMutation({ mutationFn: (body: Body) => ask<void>(path, { method, body }) });
}

export type Profile = InferInput<typeof User.Update>;
export type Preferences = InferInput<typeof User.Preferences>;

/** Changes the fields that are given of the profile or of the preferences. */
function useChange<Change>(path: string) {
  return useMutation({
    mutationFn: (body: Change) => ask<{ user: Me }>(path, { method: "PATCH", body }),
    onSuccess: ({ user }) => changeMe(user),
  });
}
export const useUpdateMe = () => useChange<Profile>("/v1/me");
export const useUpdatePreferences = () => useChange<Preferences>("/v1/me/preferences");

export const usePasswordChange = () => useSend<{ current: string; next: string }>("/v1/me/password");

/** Asks for another address; a link goes to each of the two. */
export function useEmailChange() {
  return useMutation({
    mutationFn: (body: { email: string }) => withProof(() => ask<void>("/v1/me/email", { method: "POST", body })),
  });
}

/** Asks for everything that is kept of the person; the link to it comes by e-mail. */
export function useExport() {
  return useMutation({
    mutationFn: () => withProof(() => ask<void>("/v1/me/export", { method: "POST" })),
  });
}

export function useDeleteAccount() {
  return useMutation({
    mutationFn: (posts: "erase" | "keep") =>
      withProof(() => ask<void>("/v1/me", { method: "DELETE", query: { posts } })),
    onSuccess: leave,
  });
}

export function useSignOutEverywhere() {
  return useMutation({
    mutationFn: () => ask<void>("/v1/me/sessions", { method: "DELETE" }),
    onSuccess: leave,
  });
}
