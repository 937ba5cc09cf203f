import { renderToString } from "preact-render-to-string";
import { App } from "./App.tsx";
import { Home } from "./search/Home.tsx";

/**
 * Prints the markup with which pages start, drawn when the client is built: `home` is the whole first screen, `frame`
 * what every other screen has around it.
 */
const drawn = {
  home: renderToString(<App home={Home} drawn={{ path: "/", locale: "en-GB", hasScreen: true }} />),
  frame: renderToString(<App drawn={{ path: "/-", locale: "en-GB", hasScreen: false }} />),
};
process.stdout.write(JSON.stringify(drawn), () => process.exit());
