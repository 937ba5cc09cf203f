// The first sheet has the style of the home, which is seen before its scripts have come.
import "./search/Home.module.css";
import "./search/PartySheet.module.css";
import "./search/PlaceField.module.css";
import "./search/SearchForm.module.css";
import "./ui/Field.module.css";
import "./ui/Sheet.module.css";
import { type ComponentChild, render } from "preact";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import type { Landing } from "./landing.tsx";
import { startOffline } from "./offline/start.ts";
import { ready } from "./routes.tsx";
import { prepareWords } from "./words/words.tsx";

/** Draws the client in its page, in place of what `landing` has drawn of it. */
export function start(landing: Landing): void {
  const place = document.getElementById("app")!;
  if (place.dataset.drawn === location.pathname) {
    // The home is in its page already, as the build drew it: to draw it anew would show it later.
    void import("./search/Home.tsx").then(({ Home }) => hydrateRoot(place, <App home={Home} />));
  } else {
    // An answer that is late is waited for by its screen, which says so.
    const wait = new Promise((resolve) => setTimeout(resolve, 300));
    const all = Promise.all([ready(location).catch(() => undefined), prepareWords(), landing.seen]);
    void Promise.race([all, wait]).then(() => {
      // React's root would empty its place first.
      if (landing.leave()) render((<App />) as ComponentChild, place);
      else createRoot(place).render(<App />);
    });
  }
  startOffline();
}
