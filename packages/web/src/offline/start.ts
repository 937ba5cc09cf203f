import { client } from "../api/client.ts";
import { isPersonal, isSignedIn } from "../data/me.ts";

/** How long after the page has loaded the rest may wait for (ms): the first screen has the connection to itself. */
const later = 1_500;

const keep = async () => {
  const { keepSeen } = await import("./seen.ts");
  await keepSeen(client, { isPersonal: ({ queryKey: [name] }) => isPersonal(name), isSignedIn });
};

/**
 * Makes the client open without a connection. A page that the worker has answered reads what was seen at once: no
 * request is needed for it. Else all waits until the first screen is there.
 */
export function startOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const isKept = navigator.serviceWorker.controller !== null;
  if (isKept) void keep();
  const rest = async () => {
    if (!isKept) void keep();
    await (await import("./worker.ts")).startWorker();
  };
  // Where storage is refused the client works, but not without a connection.
  const begin = () => setTimeout(() => void rest().catch(() => undefined), later);
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}
