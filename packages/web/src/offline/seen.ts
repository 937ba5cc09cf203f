import { type DehydratedState, dehydrate, hydrate, type Query, type QueryClient } from "@tanstack/react-query";
import { database, forgottenUntil } from "./forget.ts";

const table = "queries";
const key = "last";
/** How long what was seen is worth showing (ms). */
const longest = 7 * 24 * 60 * 60_000;
/** Answers that come close together are written once (ms). */
const pause = 1_000;
/**
 * An old answer of these does not help: an offer, the places of a text and what a link does must be asked for. What lies
 * sealed at the service is not kept in a browser either.
 */
const left = new Set<unknown>(["offer", "places", "link", "travelers"]);

type Seen = { version: string; at: number; state: DehydratedState };
type Rules = { isPersonal: (query: Query) => boolean; isSignedIn: () => boolean };

/** Another version of the client may read its answers differently. */
const version = () => document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The connection is closed after each use, so that it never keeps the database from being removed. */
async function withTable<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table);
  const opened = await done(opening);
  try {
    return await done(act(opened.transaction(table, mode).objectStore(table)));
  } finally {
    opened.close();
  }
}

/** Shows what this browser saw last until the API answers, and keeps what it sees from now on. */
export async function keepSeen(client: QueryClient, { isPersonal, isSignedIn }: Rules): Promise<void> {
  const isKept = (query: Query) =>
    query.state.status === "success" &&
    !left.has(query.queryKey[0]) &&
    query.state.dataUpdatedAt > forgottenUntil() &&
    (isSignedIn() || !isPersonal(query));
  const seen = await withTable<Seen | undefined>("readonly", (store) => store.get(key)).catch(() => undefined);
  if (seen && seen.version === version() && Date.now() - seen.at < longest && seen.at > forgottenUntil()) {
    // Each is asked for anew when its screen opens, however new it is: it may have changed, and may be out of reach.
    const old = ({ state, ...query }: DehydratedState["queries"][number]) => ({
      ...query,
      state: { ...state, isInvalidated: true },
    });
    const queries = isSignedIn() ? seen.state.queries.map(old) : [];
    hydrate(client, { ...seen.state, queries });
  }
  let isDue = false;
  const write = () => {
    isDue = false;
    const state = dehydrate(client, { shouldDehydrateQuery: isKept, shouldDehydrateMutation: () => false });
    withTable("readwrite", (store) => store.put({ version: version(), at: Date.now(), state }, key)).catch(() => {
      // Storage is full or refused: there will be nothing without a connection.
    });
  };
  const plan = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(write, pause);
  };
  client.getQueryCache().subscribe(({ type, query }) => {
    // Forms are filled with it: an old one would be shown after a reload, and saved again.
    if (type === "updated" && query.queryKey[0] === "me" && isKept(query)) write();
    else if (type === "updated" || type === "removed") plan();
  });
  plan();
  // The page may be gone before the pause is over.
  document.addEventListener("visibilitychange", () => {
    if (isDue && document.visibilityState === "hidden") write();
  });
}
