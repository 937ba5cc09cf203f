import { QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { client } from "./api/client.ts";
import { usePlace } from "./pay/place.ts";
import { Screens } from "./routes.tsx";
import { Shell } from "./ui/Shell.tsx";
import { WithLanguage } from "./words/words.tsx";

/** The whole client. `drawn` is given where no browser is: the path and the language that a page is drawn for. */
export function App({ drawn }: { drawn?: { path: string; locale: string; hasScreen: boolean } }) {
  return (
    <Router hook={usePlace} {...(drawn ? { ssrPath: drawn.path } : {})}>
      <QueryClientProvider client={client}>
        <WithLanguage {...(drawn ? { locale: drawn.locale } : {})}>
          <Shell>{drawn?.hasScreen === false ? null : <Screens />}</Shell>
        </WithLanguage>
      </QueryClientProvider>
    </Router>
  );
}
