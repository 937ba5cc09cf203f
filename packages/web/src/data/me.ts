import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type * as User from "@travel-conductor/core/user";
import type { InferOutput } from "valibot";
import { client } from "../api/client.ts";
import { ask, whenSignedOut } from "../api/http.ts";
import { forgetDrafts } from "./drafts.ts";

export type Me = InferOutput<typeof User.Info>;

/** Says that this browser is signed in, so that a stranger's first screen asks the API nothing. It opens nothing. */
const hint = "signed-in";
const isHinted = () => storage()?.getItem(hint) === "yes";

/** Null where the browser refuses to store. */
export function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function store(signedIn: boolean): void {
  try {
    if (signedIn) storage()?.setItem(hint, "yes");
    else storage()?.removeItem(hint);
  } catch {
    // Storage is full or refused: the next visit asks to sign in.
  }
}

const key = ["me"];

whenSignedOut(() => {
  changePerson(null);
});

/** Removes everything that belongs to a person from this browser's memory, and says who is here now. */
function changePerson(me: Me | null): void {
  store(me !== null);
  const isPersonal = (name: unknown) => !shared.includes(name as string);
  client.removeQueries({ predicate: ({ queryKey: [name] }) => isPersonal(name) });
  client.setQueryData(key, me);
}

/** What is known of everybody's, and who is signed in, which is replaced. */
const shared = ["me", "flights", "insight", "offer", "month", "places", "named places"];

/** Null for a stranger. */
export function useMe() {
  return useQuery<Me | null>({
    queryKey: key,
    queryFn: async () => (isHinted() ? (await ask<{ user: Me }>("/v1/me")).user : null),
    staleTime: 5 * 60_000,
    retry: false,
  });
}

type Entry = { email: string; password: string };
type SignUp = Entry & { firstName: string; lastName?: string };

/** Signs in, or makes an account first; the browser keeps the session in a cookie that no script can read. */
export function useSignIn(path: "/v1/auth/login" | "/v1/auth/signup") {
  return useMutation({
    mutationFn: async (entry: Entry | SignUp) => {
      const { user } = await ask<{ user: Me }>(path, { method: "POST", body: entry });
      return user;
    },
    onSuccess: changePerson,
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => ask<void>("/v1/auth/logout", { method: "POST" }),
    onSuccess: () => {
      forgetDrafts();
      changePerson(null);
    },
  });
}

/** Sends something to one of the routes that need no answer but success. */
export function useSend<Body>(path: string, method: "POST" | "PATCH" | "DELETE" = "POST") {
  return useMutation({ mutationFn: (body: Body) => ask<void>(path, { method, body }) });
}

export function useUpdateMe() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (change: { firstName?: string; lastName?: string; phone?: string | null }) => {
      const { user } = await ask<{ user: Me }>("/v1/me", { method: "PATCH", body: change });
      return user;
    },
    onSuccess: (user) => queries.setQueryData(key, user),
  });
}
