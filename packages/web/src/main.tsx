import "@fontsource-variable/figtree/wght.css";
import "./ui/tokens.css";
import "./ui/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { client } from "./api/client.ts";
import { Screens } from "./routes.tsx";
import { Shell } from "./ui/Shell.tsx";
import { keepTheme } from "./ui/theme.ts";
import { WithLanguage } from "./words/words.tsx";

keepTheme();
createRoot(document.getElementById("app")!).render(
  <QueryClientProvider client={client}>
    <WithLanguage>
      <Shell>
        <Screens />
      </Shell>
    </WithLanguage>
  </QueryClientProvider>,
);
