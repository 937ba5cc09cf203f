let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

/** A newer version of the client that has been loaded and waits to be shown; null while there is none. */
export const version = {
  waiting: () => waiting,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  tell: (newer: ServiceWorker) => {
    waiting = newer;
    for (const listener of listeners) listener();
  },
  /** Shows the newer version: the page is loaded again, and what was typed into it is gone. */
  take: () => {
    // Another tab may have taken it: it answers this page already.
    if (waiting?.state !== "installed") return location.reload();
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting?.postMessage("take over");
  },
};
