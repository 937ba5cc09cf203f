import { useQuery } from "@tanstack/react-query";
import type * as User from "@travel-conductor/core/user";
import type { InferOutput } from "valibot";
import { client } from "../api/client.ts";
import { ask, whenSignedOut } from "../api/http.ts";
import { forget } from "../offline/forget.ts";
import { forgetDrafts } from "./drafts.ts";
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

/** The id of the person whose drafts this page may hold: of the one who is signed in here, or was. */
const personKey = "person";
let owner = storage()?.getItem(personKey) ?? null;

function store(me: Me | null): void {
  signedInHere = false;
  if (me) {
    if (owner !== null && owner !== me.id) forgetDrafts();
    owner = me.id;
  }
  try {
    if (me) {
      localStorage.setItem(personKey, me.id);
      localStorage.setItem(currencyKey, me.currency === null ? "no" : "yes");
      localStorage.setItem(nameKey, me.firstName);
      localStorage.setItem(hint, "yes");
    } else {
      localStorage.removeItem(personKey);
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

/**
 * Removes everything that belongs to a person from this browser's memory, and keeps the person who is signed in now, if
 * any.
 */
export function changePerson(me: Me | null): void {
  store(me);
  if (!me) {
    forget();
    storage()?.removeItem("lately");
  }
  client.removeQueries({ predicate: ({ queryKey: [name] }) => name !== "me" && isPersonal(name) });
  client.setQueryData(key, me);
}

/** Removes all that this browser keeps of the person, also what was typed: a session that ends by itself keeps that. */
export function leave(): void {
  owner = null;
  forgetDrafts();
  // Alerts are not shown on a device whose person has left it.
  void import("../offline/push.ts").then(({ endPush }) => endPush()).catch(() => undefined);
  changePerson(null);
}

/** Keeps what has changed of the person who is signed in. */
export function changeMe(me: Me): void {
  store(me);
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
