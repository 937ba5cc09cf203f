import "@fontsource-variable/figtree/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { startOffline } from "./offline/start.ts";
import { keepTheme } from "./ui/theme.ts";

keepTheme();
const place = document.getElementById("app")!;
// The home is in its page already, as the build drew it: to draw it anew would show it later.
if (place.dataset.drawn === location.pathname) hydrateRoot(place, <App />);
else createRoot(place).render(<App />);
startOffline();
