/** What the delivery sends to a browser (JSON). */
type Note = { id?: string; title?: string; text?: string; url?: string };

type Window = { url: string; focus: () => Promise<unknown> };
type Told = Event & { waitUntil: (done: Promise<unknown>) => void };
type Pushed = Told & { data: { json: () => unknown } | null };
type Clicked = Told & { notification: { data: { url: string }; close: () => void } };
type Worker = {
  addEventListener(name: "push", act: (event: Pushed) => void): void;
  addEventListener(name: "notificationclick", act: (event: Clicked) => void): void;
  registration: { showNotification: (title: string, options: object) => Promise<void> };
  clients: {
    matchAll: (options: object) => Promise<Window[]>;
    openWindow: (url: string) => Promise<unknown>;
  };
};

/** Shows what is pushed, and opens its page on a click. */
export function showNotes(worker: Worker): void {
  worker.addEventListener("push", (event) => {
    const { id, title = "Travel Conductor", text = "", url } = noteOf(event.data);
    const options = { body: text, tag: id, icon: "/icon-192.png", data: { url: pageOf(url) } };
    event.waitUntil(worker.registration.showNotification(title, options));
  });
  worker.addEventListener("notificationclick", (event) => {
    const { notification } = event;
    notification.close();
    event.waitUntil(open(worker, notification.data.url));
  });
}

/** A browser takes the permission back where a push shows nothing: what cannot be read shows the name alone. */
function noteOf(data: Pushed["data"]): Note {
  try {
    return (data?.json() as Note | null) ?? {};
  } catch {
    return {};
  }
}

/** A page of ours: what lies elsewhere is not opened. */
function pageOf(url = "/alerts"): string {
  const { origin, href } = new URL(url, location.origin);
  return origin === location.origin ? href : new URL("/alerts", location.origin).href;
}

/** A tab that shows the page already is brought to the front; no other tab is changed, because something may be typed there. */
async function open({ clients }: Worker, url: string): Promise<void> {
  const tab = (await clients.matchAll({ type: "window", includeUncontrolled: true })).find((each) => each.url === url);
  await (tab ? tab.focus() : clients.openWindow(url));
}
