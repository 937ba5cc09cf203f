import { QueryClientProvider } from "@tanstack/react-query";
import { Router } from "wouter";
import { client } from "./api/client.ts";
import { usePlace } from "./pay/place.ts";
import { Screens } from "./routes.tsx";
import type { Screen } from "./screen.tsx";
import { Shell } from "./ui/Shell.tsx";
import { WithLanguage } from "./words/words.tsx";

type Drawn = { path: string; locale: string; hasScreen: boolean };

/**
 * The whole client. `drawn` is given where no browser is: the path and the language that a page is drawn for. `home` is
 * given where the home is drawn first: it has to be there at once.
 */
export function App({ drawn, home }: { drawn?: Drawn; home?: Screen }) {
  return (
    <Router hook={usePlace} {...(drawn ? { ssrPath: drawn.path } : {})}>
      <QueryClientProvider client={client}>
        <WithLanguage {...(drawn ? { locale: drawn.locale } : {})}>
          <Shell>{drawn?.hasScreen === false ? null : <Screens home={home} />}</Shell>
        </WithLanguage>
      </QueryClientProvider>
    </Router>
  );
}
