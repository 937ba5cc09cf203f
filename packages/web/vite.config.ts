import { defineConfig, type InlineConfig, type Rolldown } from "vite";
import { pages } from "./build/pages.ts";

/** The source is written against React's interface; Preact answers it. */
const preact = {
  "react/jsx-runtime": "preact/jsx-runtime",
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  react: "preact/compat",
  // For versions of React that lack the hook.
  "use-sync-external-store/shim/index.js": "preact/compat",
};

/** What is drawn of the screens that people land on, by the file that has it. */
const views = { found: ["/src/search/ResultsView.tsx"], watched: ["/src/watch/WatchView.tsx"] };
/** The screens themselves, which ask the API. */
const screens = {
  results: ["/src/search/Results.tsx"],
  watch: ["/src/watch/WatchPage.tsx", "/src/watch/Watches.tsx", "/src/alert/Alerts.tsx"],
};

/** Whether a screen needs a module at once. */
function neededBy(id: string, graph: Rolldown.ChunkingContext): (screen: string) => boolean {
  const users = new Set([id]);
  for (const each of users) for (const user of graph.getModuleInfo(each)?.importers ?? []) users.add(user);
  return (screen) => [...users].some((user) => user.endsWith(screen));
}

/**
 * The file that holds a module which is needed before a screen is whole: `app` draws, with the style of the frame and of
 * the home, as a second sheet would have to come before anything is seen; `client` asks; `found` and `watched` are what
 * people land on, `landed` what both show; `results` and `watch` are what their screens add. What is drawn before the
 * client must need no file of it.
 */
function fileOf(id: string, graph: Rolldown.ChunkingContext): string | null {
  const isNeededBy = neededBy(id, graph);
  const needing = (files: Record<string, string[]>) =>
    Object.keys(files).filter((name) => files[name]?.some(isNeededBy));
  const [view, otherView] = needing(views);
  const [screen] = needing(screens);
  const isOfHome = isNeededBy("/src/search/Home.tsx");
  const isOfClient = isNeededBy("/src/main.tsx") || (isOfHome && screen);
  if (isNeededBy("/src/start.ts") || (view && (isNeededBy("/src/main.tsx") || isOfHome))) return "app";
  // Of a library, each file takes what it uses.
  if (!id.includes("/src/")) return null;
  if (isOfClient) return id.endsWith(".css") ? "app" : "client";
  return otherView ? "landed" : (view ?? screen ?? null);
}

/** By falling priority: what the modules of a file need goes with them, where no file before has it. */
const files = ["app", "client", "landed", "found", "watched", "results", "watch"];

/** Few files for each screen: on a phone a request costs more than the bytes of a part that another screen shares. */
const groups = [
  ...files.map((file, index) => ({
    name: (id: string, graph: Rolldown.ChunkingContext) => (fileOf(id, graph) === file ? file : null),
    debugName: file,
    priority: 4 + files.length - index,
  })),
  { name: "form", test: /\/src\/search\/(Home|SearchForm)\.tsx$/, priority: 3 },
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
