import { asking, search } from "./api/address.ts";
import { flightsQuery, watchesQuery, yoursQuery } from "./api/asked.ts";
import { isComplete, readFilters, readJourney } from "./search/journey.ts";

// The first script of every page, small enough to be there long before the client is. It loads what the screen of this
// address needs beside it, and asks the API what the screen will ask first. A screen that is not here works as well,
// some hundred milliseconds later.

/** The files of some lazy parts, by module. The build writes them. */
declare const PARTS: Record<string, string[]>;

/** `view` is what is drawn of a screen before the client is there (src/landing.tsx). */
type Screen = { part: string; view?: string; asks: string[]; personal?: boolean };

function screenOf(path: string, query: string): Screen | undefined {
  if (path === "/search") {
    const journey = readJourney(query);
    const asks = isComplete(journey) ? [`/v1/flights${search(flightsQuery(journey, readFilters(query)))}`] : [];
    return { part: "search/Results.tsx", view: "search/ResultsView.tsx", asks };
  }
  if (path === "/watches") {
    const state = new URLSearchParams(query).get("state");
    const asks = state === null ? [`/v1/watches${search(watchesQuery("all"))}`] : [];
    return { part: "watch/Watches.tsx", asks, personal: true };
  }
  if (path === "/") return { part: "watch/Yours.tsx", asks: [`/v1/watches${search(yoursQuery)}`], personal: true };
  if (path === "/watches/new") return { part: "watch/NewWatch.tsx", asks: [] };
  const id = /^\/watches\/([\w-]+)$/.exec(path)?.[1];
  if (id) {
    const asks = [`/v1/watches/${id}`, `/v1/watches/${id}/overview`];
    return { part: "watch/WatchPage.tsx", view: "watch/WatchView.tsx", asks, personal: true };
  }
  if (path === "/alerts") return { part: "alert/Alerts.tsx", asks: [], personal: true };
  return undefined;
}

function isSignedIn(): boolean {
  try {
    return localStorage.getItem("signed-in") === "yes";
  } catch {
    return false;
  }
}

/** Resolves when the part has come, or cannot. */
function loadPart(part: string): Promise<unknown> {
  const files = (PARTS[part] ?? []).map((path) => {
    const link = document.createElement("link");
    if (path.endsWith(".css")) {
      link.rel = "preload";
      link.as = "style";
    } else link.rel = "modulepreload";
    link.crossOrigin = "";
    link.href = path;
    document.head.append(link);
    return new Promise((resolve) => {
      link.onload = link.onerror = resolve;
    });
  });
  return Promise.all(files);
}

/**
 * Has the browser load what it writes dates and prices by: 80 ms on a phone, which are free while answers are awaited
 * and would delay the first screen.
 */
function prepareFormats(): void {
  const locale = navigator.languages[0] ?? "en-GB";
  void new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  void new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
}

const found = screenOf(location.pathname, location.search);
const screen = found?.personal && !isSignedIn() ? undefined : found;
globalThis.early = new Map();
for (const address of screen?.asks ?? []) {
  const answer = fetch(address, asking);
  // A failure is told to the screen that takes the answer.
  answer.catch(() => undefined);
  globalThis.early.set(address, answer);
}
// After the questions: some browsers have six connections.
if (navigator.languages[0]?.startsWith("de")) void loadPart("words/de.ts");
globalThis.view = screen?.view;
const viewed = screen?.view ? loadPart(screen.view) : Promise.resolve();
if (screen?.view) prepareFormats();
// What is seen first need not share the connection.
void viewed.then(() => {
  if (location.pathname !== "/") void loadPart("main.tsx");
  if (screen) void loadPart(screen.part);
});
