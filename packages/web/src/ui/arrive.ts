/** The path of the screen that is shown, and whether the focus has yet to move to its heading. */
let shown = globalThis.location?.pathname;
let isNew = false;

/** Takes note of another screen: what had the focus is gone with the screen before. */
function leave(path: string): boolean {
  if (path === shown) return false;
  shown = path;
  isNew = true;
  document.getElementById("content")?.focus({ preventScroll: true });
  return true;
}

/** Begins the screen of the address at its top, as a browser does with a page; one that is filtered anew stays. */
export function begin(): void {
  if (leave(location.pathname)) scrollTo(0, 0);
}

// On the way back and forward the browser scrolls to where the person was.
globalThis.addEventListener?.("popstate", () => leave(location.pathname));

/** Moves the focus to the heading of a new screen, which a screen reader then reads; a field that has it keeps it. */
export function arrive(): void {
  if (!isNew) return;
  const heading = document.querySelector<HTMLElement>("#content h1");
  const now = document.activeElement;
  isNew = heading === null && now?.id === "content";
  if (!heading || (now?.id !== "content" && now !== document.body)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
