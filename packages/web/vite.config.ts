import { defineConfig, type InlineConfig, type Rolldown } from "vite";
import { pages } from "./build/pages.ts";

/** The source is written against React's interface; Preact answers it. */
const preact = {
  "react/jsx-runtime": "preact/jsx-runtime",
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  react: "preact/compat",
};

/** The screens that people land on, by the file that has what they share with others: the first that needs a module. */
const landings = {
  found: ["/src/search/Results.tsx"],
  watched: ["/src/watch/WatchPage.tsx", "/src/watch/Watches.tsx", "/src/alert/Alerts.tsx"],
};

/** Whether a screen needs a module at once. */
function neededBy(id: string, graph: Rolldown.ChunkingContext): (screen: string) => boolean {
  const users = new Set([id]);
  for (const each of users) for (const user of graph.getModuleInfo(each)?.importers ?? []) users.add(user);
  return (screen) => [...users].some((user) => user.endsWith(screen));
}

/** The file of what the home shares with other landings. */
function common(id: string, graph: Rolldown.ChunkingContext): string | null {
  const isNeededBy = neededBy(id, graph);
  return isNeededBy("/src/search/Home.tsx") && Object.values(landings).flat().some(isNeededBy) ? "common" : null;
}

function landing(id: string, graph: Rolldown.ChunkingContext): string | null {
  const isNeededBy = neededBy(id, graph);
  return Object.entries(landings).find(([, screens]) => screens.some(isNeededBy))?.[0] ?? null;
}

/** Few files for each screen: on a phone a request costs more than the bytes of a part that another screen shares. */
const groups = [
  { name: "app", tags: ["$initial" as const], priority: 5 },
  { name: common, test: /\/src\//, priority: 4 },
  { name: "form", test: /\/src\/search\/(Home|SearchForm)\.tsx$/, priority: 3 },
  { name: landing, test: /\/src\//, minShareCount: 2, priority: 2 },
  // Each file is named in the first page's script: what people write about places is one.
  { name: "people", test: /\/src\/place\/(?!MyPosts|PlacePage|Places|Costs|Facts|Prose|wanted)/, priority: 0 },
  { name: "watching", test: /\/src\/watch\//, minShareCount: 2, priority: 1 },
  { name: "changes", test: /\/@tanstack\//, minShareCount: 2, priority: 1 },
  { name: "shared", test: /\/src\/(api|data|plot|search|ui)\//, minShareCount: 2, priority: 1 },
];

const shared: InlineConfig = { resolve: { alias: preact, dedupe: ["preact"] } };

export default defineConfig({
  ...shared,
  plugins: [pages(shared)],
  // What is built is what is shipped, also where a test builds it.
  oxc: { jsx: { runtime: "automatic", development: false } },
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // React Query's files say "use client", which means nothing here.
    rolldownOptions: {
      output: {
        codeSplitting: { groups },
        // The first page's script names every file. Rolldown refuses shorter hashes for this number of files.
        entryFileNames: "assets/[name]-[hash:7].js",
        chunkFileNames: "assets/[name]-[hash:7].js",
        assetFileNames: "assets/[name]-[hash:7][extname]",
      },
      checks: { invalidAnnotation: true },
      onwarn: (warning, warn) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && warn(warning),
    },
  },
});
