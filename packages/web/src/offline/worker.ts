import { version } from "./version.ts";

const path = "/sw.js";
/** How often an open page asks whether there is a newer version (ms). */
const pause = 60 * 60_000;

type Policies = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => {
    createScriptURL: (url: string) => string;
  };
};

/** The worker's address as the browser takes it: only the policy named `worker` may give one (site.ts). */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const rules = {
    createScriptURL: (url: string) => {
      if (url !== path) throw new TypeError(`${url} is no worker of ours`);
      return url;
    },
  };
  return trustedTypes ? trustedTypes.createPolicy("worker", rules).createScriptURL(path) : path;
}

/** Keeps the client for opening it without a connection, and says when a newer version waits. */
export async function startWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register(address());
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) version.tell(registration.waiting);
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  setInterval(() => void registration.update().catch(() => undefined), pause);
}
