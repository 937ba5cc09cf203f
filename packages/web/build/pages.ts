import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type InlineConfig, type Plugin, type Rolldown } from "vite";

/** Builds one file by itself and returns its code. `shared` is what both builds must agree on. */
async function bundle(shared: InlineConfig, input: string, more: InlineConfig): Promise<string> {
  const result = await build({
    ...shared,
    ...more,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    build: {
      ...shared.build,
      ...more.build,
      write: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const output of outputs) {
    if ("output" in output) return output.output[0].code;
  }
  throw new Error(`${input} gave no code`);
}

/** What the code of a program prints. It is a process of its own: timers that a library leaves keep no build waiting. */
function printed(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  try {
    const path = join(folder, "draw.mjs");
    writeFileSync(path, code);
    return execFileSync(process.execPath, [path], { encoding: "utf8", timeout: 20_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The part that every page loads, after its first script. */
const client = "main.tsx";

/** The parts that are drawn before it (src/landing.tsx). */
const views = ["search/ResultsView.tsx", "watch/WatchView.tsx"];

/** The lazy parts that `first.ts` loads. */
const parts = [
  ...views,
  client,
  "alert/Alerts.tsx",
  "search/Results.tsx",
  "watch/NewWatch.tsx",
  "watch/WatchPage.tsx",
  "watch/Watches.tsx",
  "watch/Yours.tsx",
  "words/de.ts",
];

/** The scripts and style sheets of a lazy part that are not there before it. */
function filesOf(part: string, files: Rolldown.OutputBundle): string[] {
  const chunks = Object.values(files).filter((file) => file.type === "chunk");
  const found = (name: string) => chunks.find(({ fileName }) => fileName === name);
  const below = (chunk: Rolldown.OutputChunk | undefined, seen: Set<Rolldown.OutputChunk>) => {
    if (!chunk || seen.has(chunk)) return seen;
    seen.add(chunk);
    for (const name of chunk.imports) below(found(name), seen);
    return seen;
  };
  const of = (part: string) => {
    const isOf = (id: string | null) => id?.endsWith(`/src/${part}`);
    const own = new Set<Rolldown.OutputChunk>();
    for (const chunk of chunks) {
      if (isOf(chunk.facadeModuleId) || chunk.moduleIds.some(isOf)) below(chunk, own);
    }
    return own;
  };
  const own = of(part);
  if (own.size === 0) throw new Error(`${part} is no lazy part`);
  const start = part === client || views.includes(part) ? new Set<Rolldown.OutputChunk>() : of(client);
  for (const chunk of chunks) if (chunk.isEntry) below(chunk, start);
  return [...own]
    .filter((chunk) => !start.has(chunk))
    .flatMap((chunk) => [chunk.fileName, ...(chunk.viteMetadata?.importedCss ?? [])])
    .map((name) => `/${name}`);
}

/** Has a script come beside the client. */
const preload = (path: string) => `  <link rel="modulepreload" crossorigin href="${path}">\n  `;

/**
 * Makes two pages of the one that Vite builds: `index.html`, which holds the whole home as markup, and `app.html`, for
 * every other path, with the frame of all screens. Both show something before any script has come. The page asks for
 * its font at once, not when the style sheet names it, and runs `first.ts` before all other scripts.
 */
export function pages(shared: InlineConfig): Plugin {
  let [root, out] = ["", ""];
  let first = { path: "", code: "" };
  let [started, always, home]: [string[], string[], string[]] = [[], [], []];
  return {
    name: "pages",
    apply: "build",
    configResolved: (config) => {
      root = config.root;
      out = resolve(root, config.build.outDir);
    },
    transformIndexHtml: {
      order: "post",
      handler: async (_html, { bundle: files = {} }) => {
        const font = Object.keys(files).find((name) => /figtree-latin-wght-.*\.woff2$/.test(name));
        if (!font) throw new Error("the font of the first page is missing");
        const attrs = {
          rel: "preload",
          as: "font",
          type: "font/woff2",
          crossorigin: "",
          href: `/${font}`,
          fetchpriority: "low",
        };
        const named = JSON.stringify(Object.fromEntries(parts.map((part) => [part, filesOf(part, files)])));
        const code = await bundle(shared, join(root, "src/first.ts"), { root, define: { PARTS: named } });
        started = filesOf(client, files);
        always = started.filter((path) => views.every((view) => filesOf(view, files).includes(path)));
        home = filesOf("search/Home.tsx", files);
        first = { code, path: `/assets/first-${createHash("sha256").update(code).digest("hex").slice(0, 8)}.js` };
        return [
          { tag: "script", injectTo: "head-prepend", attrs: { type: "module", async: true, src: first.path } },
          { tag: "link", injectTo: "head", attrs },
        ];
      },
    },
    writeBundle: async () => {
      writeFileSync(join(out, first.path), first.code);
      const code = await bundle(shared, join(root, "src/draw.tsx"), {
        root,
        ssr: { noExternal: true },
        build: { ssr: true },
      });
      const drawn: { home: string; frame: string } = JSON.parse(printed(code));
      const page = readFileSync(join(out, "index.html"), "utf8");
      const fill = (attribute: string, markup: string, paths: string[]) =>
        page
          .replace('<div id="app"></div>', () => `<div id="app"${attribute}>${markup}</div>`)
          .replace("</head>", () => `${paths.map(preload).join("")}</head>`);
      writeFileSync(join(out, "index.html"), fill(' data-drawn="/"', drawn.home, [...started, ...home]));
      writeFileSync(join(out, "app.html"), fill("", drawn.frame, always));
      for (const [name, code] of Object.entries(entrances(page, out))) writeFileSync(join(out, name), code);
      writeFileSync(join(out, "sw.js"), await worker(root, out, shared));
    },
  };
}

/**
 * Files whose names stay the same, for pages that the API makes: `client.js` runs this version of the client,
 * `client.css` is a copy of its first style sheet.
 */
function entrances(page: string, out: string): Record<string, string> {
  const paths = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, path = ""]) => path);
  const scripts = paths(/<script type="module"[^>]* src="(\/assets\/[^"]+)"/g);
  const sheets = paths(/<link rel="stylesheet"[^>]* href="([^"]+)"/g);
  return {
    "client.js": scripts.map((path) => `import "${path}";\n`).join(""),
    "client.css": sheets.map((path) => readFileSync(join(out, path), "utf8")).join("\n"),
  };
}

/** The code of the service worker, which names all files of this version and their common fingerprint. */
async function worker(root: string, out: string, shared: InlineConfig): Promise<string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "sw.js" && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length))
    .sort();
  const hash = createHash("sha256");
  for (const path of files) hash.update(`\0${path}\0`).update(readFileSync(join(out, path)));
  const define = { FILES: JSON.stringify(files), VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)) };
  return bundle(shared, join(root, "src/offline/sw.ts"), { root, define });
}
