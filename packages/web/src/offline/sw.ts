import { hasOwnPolicy, isApiPath, isReadPath, pageFile } from "../../site.ts";
import { showNotes } from "./notify.ts";

/** The paths of all files of this version, and its fingerprint; the build writes them. */
declare const FILES: string[];
declare const VERSION: string;

type Waiting = Event & { waitUntil: (done: Promise<unknown>) => void };
type Asked = Event & { request: Request; respondWith: (answer: Promise<Response>) => void };
type Worker = {
  addEventListener(name: "install" | "activate", act: (event: Waiting) => void): void;
  addEventListener(name: "fetch", act: (event: Asked) => void): void;
  addEventListener(name: "message", act: (event: MessageEvent) => void): void;
  skipWaiting: () => Promise<void>;
  clients: { claim: () => Promise<void> };
};
const worker = self as unknown as Worker;
const files = new Set(FILES);

/** A file with a fingerprint in its name is taken from an earlier version where that had it too. */
async function keep(path: string, into: Cache): Promise<void> {
  const earlier = path.startsWith("/assets/") ? await caches.match(path) : undefined;
  if (earlier) return into.put(path, earlier);
  const answer = await fetch(new Request(path, path.startsWith("/assets/") ? {} : { cache: "no-cache" }));
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
  return into.put(path, answer);
}

worker.addEventListener("install", (event) => {
  const all = async () => {
    const cache = await caches.open(VERSION);
    for (const path of FILES) await keep(path, cache);
  };
  event.waitUntil(all());
});

/** The version before stays: other tabs may still show it, and load its parts. */
worker.addEventListener("activate", (event) => {
  const clear = async () => {
    const earlier = (await caches.keys()).filter((name) => name !== VERSION);
    await Promise.all(earlier.slice(0, -1).map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  event.waitUntil(clear());
});

/** Answers pages and files of the client; what the API answers is never kept here. */
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (isReadPath(pathname) && request.mode === "navigate") {
    // Without a connection the client's own page shows what it kept.
    return event.respondWith(fetch(request).catch(() => kept(pageFile(pathname), request)));
  }
  if (isApiPath(pathname)) return;
  const isFile = files.has(pathname) || pathname.startsWith("/assets/");
  // A page that is kept has the policy of the others.
  if (hasOwnPolicy(pathname)) return;
  if (!isFile && (request.mode !== "navigate" || pathname === "/outbox" || pathname.startsWith("/outbox/"))) return;
  const path = isFile ? pathname : pageFile(pathname);
  event.respondWith(kept(path, request));
});

/** A file of this version, or of an earlier one. */
async function kept(path: string, request: Request): Promise<Response> {
  return (await (await caches.open(VERSION)).match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

worker.addEventListener("message", (event) => {
  if (event.data === "take over") void worker.skipWaiting();
});

showNotes(self as unknown as Parameters<typeof showNotes>[0]);
