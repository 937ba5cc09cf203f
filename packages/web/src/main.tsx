import "@fontsource-variable/figtree/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
// The first sheet has the style of the home, which is seen before its scripts have come.
import "./search/Home.module.css";
import "./search/PartySheet.module.css";
import "./search/PlaceField.module.css";
import "./search/SearchForm.module.css";
import "./ui/Field.module.css";
import "./ui/Sheet.module.css";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { startOffline } from "./offline/start.ts";
import { ready } from "./routes.tsx";
import { keepTheme } from "./ui/theme.ts";

keepTheme();
const place = document.getElementById("app")!;
if (place.dataset.drawn === location.pathname) {
  // The home is in its page already, as the build drew it: to draw it anew would show it later.
  void import("./search/Home.tsx").then(({ Home }) => hydrateRoot(place, <App home={Home} />));
} else {
  // An answer that is late is waited for by its screen, which says so.
  const wait = new Promise((resolve) => setTimeout(resolve, 300));
  void Promise.race([ready(location).catch(() => undefined), wait]).then(() => createRoot(place).render(<App />));
}
startOffline();
