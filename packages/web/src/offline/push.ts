/** Names the channel that this browser's subscription belongs to. */
const name = "push-channel";

function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export const canPush = () =>
  "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** The channel of this browser, if it receives pushes. */
export const pushChannel = () => storage()?.getItem(name) ?? null;

export function keepPushChannel(id: string): void {
  try {
    localStorage.setItem(name, id);
  } catch {
    // Storage is full or refused: the channel works, and is not named as this device's.
  }
}

/** The person, or the browser by a choice of theirs, does not allow notifications. */
export class PushRefused extends Error {}

export type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } };

/**
 * Asks the person for permission, and the browser's push service for an address; `publicKey` is base64url.
 * @throws PushRefused
 */
export async function subscribe(publicKey: string): Promise<Subscription> {
  if ((await Notification.requestPermission()) !== "granted") throw new PushRefused();
  const registration = await workerOrNone();
  if (!registration) throw new PushRefused();
  // One that was made with another key, or for another person, is of no use.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const wanted = { userVisibleOnly: true, applicationServerKey: publicKey };
  const made = await registration.pushManager.subscribe(wanted).catch(() => {
    throw new PushRefused();
  });
  const { endpoint, keys = {} } = made.toJSON();
  const { p256dh = "", auth = "" } = keys;
  return { endpoint: endpoint ?? "", keys: { p256dh, auth } };
}

/** How long the worker may take to be there (ms): without storage it never comes. */
const patience = 10_000;

const workerOrNone = () =>
  Promise.race([
    navigator.serviceWorker.ready,
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), patience)),
  ]);

/** Ends this browser's subscription: what is still sent to it is refused, and its channel turns off. */
export async function endPush(): Promise<void> {
  storage()?.removeItem(name);
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

/** Ends it if it is that of the channel. */
export async function endPushOf(id: string): Promise<void> {
  if (pushChannel() === id) await endPush().catch(() => undefined);
}
