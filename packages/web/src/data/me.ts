import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as User from "@travel-conductor/core/user";
import type { InferInput, InferOutput } from "valibot";
import { client } from "../api/client.ts";
import { ask, whenSignedOut } from "../api/http.ts";
import { sign, type UseOptions } from "../api/passkey.ts";
import { forget } from "../offline/forget.ts";
import { forgetDrafts } from "./drafts.ts";
import { withProof } from "./proof.ts";
import { storage } from "./storage.ts";

export type Me = InferOutput<typeof User.Info>;

/** Says that this browser is signed in, so that a stranger's first screen asks the API nothing. It opens nothing. */
const hint = "signed-in";
/** Says it for as long as the page is open, where the browser refuses to store. */
let signedInHere = false;
export const isSignedIn = () => signedInHere || storage()?.getItem(hint) === "yes";

/** The person's name for the head of a screen, so that it takes no request. */
const nameKey = "first-name";
export const keptName = () => (isSignedIn() ? (storage()?.getItem(nameKey) ?? null) : null);

/** Says whether the person has set a currency, so that a search need not ask for that. */
const currencyKey = "own-currency";
export const hasKeptCurrency = () => {
  const kept = isSignedIn() ? storage()?.getItem(currencyKey) : null;
  return kept ? kept === "yes" : null;
};

function store(me: Me | null): void {
  signedInHere = false;
  try {
    if (me) {
      localStorage.setItem(currencyKey, me.currency === null ? "no" : "yes");
      localStorage.setItem(nameKey, me.firstName);
      localStorage.setItem(hint, "yes");
    } else {
      localStorage.removeItem(currencyKey);
      localStorage.removeItem(nameKey);
      localStorage.removeItem(hint);
    }
  } catch {
    // Storage is full or refused: the next visit asks to sign in.
    signedInHere = me !== null;
  }
}

const key = ["me"];

whenSignedOut(() => {
  changePerson(null);
});

// Another tab has signed in or out.
globalThis.addEventListener?.("storage", ({ key: changed }) => {
  if (changed !== hint) return;
  if (!isSignedIn()) changePerson(null);
  else void client.fetchQuery({ queryKey: key, queryFn: readMe, staleTime: 0 }).catch(() => undefined);
});

/** Removes everything that belongs to a person from this browser's memory, and keeps the person who is signed in now, if any. */
function changePerson(me: Me | null): void {
  store(me);
  if (!me) {
    forget();
    storage()?.removeItem("lately");
  }
  client.removeQueries({ predicate: ({ queryKey: [name] }) => name !== "me" && isPersonal(name) });
  client.setQueryData(key, me);
}

export const isPersonal = (name: unknown) => name === "me" || !shared.includes(name as string);

/** What belongs to no person, and `me`, which is replaced. */
const shared = [
  "me",
  "flights",
  "insight",
  "offer",
  "month",
  "grid",
  "places",
  "named places",
  "currencies",
  "airlines",
  "guide",
  "guides",
];

async function readMe(): Promise<Me | null> {
  if (!isSignedIn()) return null;
  const { user } = await ask<{ user: Me }>("/v1/me");
  store(user);
  return user;
}

/** Null for a stranger. Without `enabled` nothing is asked, and what is known is given. */
export function useMe(enabled = true) {
  return useQuery<Me | null>({ queryKey: key, queryFn: readMe, staleTime: 5 * 60_000, retry: false, enabled });
}

/** Whether a person is signed in, as this browser knows it: the next answer 401 says otherwise. */
export function useSignedIn(): boolean {
  const { data } = useMe(false);
  return data === undefined ? isSignedIn() : data !== null;
}

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
    onSuccess: () => {
      forgetDrafts();
      // Alerts are not shown on a device whose person has left it.
      void import("../offline/push.ts").then(({ endPush }) => endPush()).catch(() => undefined);
      changePerson(null);
    },
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
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) => ask<{ user: Me }>(path, { method: "PATCH", body }),
    onSuccess: ({ user }) => {
      store(user);
      queries.setQueryData(key, user);
    },
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
    onSuccess: () => changePerson(null),
  });
}

export function useSignOutEverywhere() {
  return useMutation({
    mutationFn: () => ask<void>("/v1/me/sessions", { method: "DELETE" }),
    onSuccess: () => changePerson(null),
  });
}
