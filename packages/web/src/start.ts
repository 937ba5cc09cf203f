import "@fontsource-variable/figtree/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import { land } from "./landing.tsx";
import { keepTheme } from "./ui/theme.ts";

// The page's script.
keepTheme();
const landing = land();
// What is seen first need not share the connection with the client.
void landing.loaded.then(() => import("./main.tsx")).then(({ start }) => start(landing));
