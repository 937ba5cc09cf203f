import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { cacheControl, headersOf, isApiPath, isReadPath, pageFile } from "@travel-conductor/web/site";
import type { App } from "./door.ts";

const root = fileURLToPath(new URL("../../web", import.meta.url));
const dist = join(root, "dist");
const stamp = join(dist, ".sources");

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};
const compressible = new Set(["css", "html", "js", "json", "svg", "webmanifest"]);

/** Builds the web client if its sources have changed since the last build. */
export async function buildWeb(): Promise<void> {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return;
  const { build } = await import("vite");
  await build({ root, logLevel: "error" });
  writeFileSync(stamp, sources);
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const path of filesIn(root, ["node_modules", "dist", "test"])) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

/** The paths of all files in a folder, in order, without those below folders named in `but`. */
function filesIn(folder: string, but: string[] = []): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !but.includes(path.split(/[\\/]/)[0] ?? ""))
    .sort();
}

type Bytes = Buffer<ArrayBuffer>;

/** The codings that browsers may ask for, the smallest first. */
const codings: Record<string, (body: Bytes) => Bytes> = {
  br: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => gzipSync(body),
};

/** A file, and `coded` what it was compressed to so far; null where nothing is gained. */
type Shipped = { body: Bytes; coded: Map<string, Bytes> | null; type: string; etag: string };

/**
 * Returns an app that serves the built web client beside `app`: its files, and for each other path that belongs neither
 * to the API nor to `own` the client's page, which shows the screen of that path. It does the work of the distribution
 * in the cloud.
 */
export function withWeb(app: App, own: (path: string) => boolean): App {
  const files = new Map(filesIn(dist).map((path) => [`/${path}`, ship(path)]));
  return {
    fetch: (request, environment) => {
      const { pathname } = new URL(request.url);
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (isRead && isReadPath(pathname)) return withPageHeaders(pathname, app.fetch(request, environment));
      if (!isRead || isApiPath(pathname) || own(pathname)) return app.fetch(request, environment);
      const file = files.get(pathname) ?? files.get(pageFile(pathname));
      return file ? send(request, pathname, file) : app.fetch(request, environment);
    },
  };
}

/** The headers of pages in place of those of the API. */
async function withPageHeaders(path: string, answer: Response | Promise<Response>): Promise<Response> {
  const { status, body, headers: own } = await answer;
  const headers = new Headers(own);
  for (const [name, value] of Object.entries(headersOf(path))) headers.set(name, value);
  return new Response(body, { status, headers });
}

function ship(path: string): Shipped {
  const body = readFileSync(join(dist, path));
  const end = path.split(".").at(-1) ?? "";
  return {
    body,
    coded: compressible.has(end) ? new Map() : null,
    type: types[end] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
  };
}

function send(request: Request, path: string, { body, coded, type, etag }: Shipped): Response {
  const headers = new Headers({
    ...headersOf(path),
    "content-type": type,
    "cache-control": cacheControl(path),
    etag,
    vary: "Accept-Encoding",
  });
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const asked = request.headers.get("accept-encoding") ?? "";
  const coding = coded && Object.keys(codings).find((each) => new RegExp(`\\b${each}\\b`).test(asked));
  if (!coded || !coding) return answer(body);
  headers.set("content-encoding", coding);
  const smaller = coded.get(coding) ?? codings[coding]!(body);
  coded.set(coding, smaller);
  return answer(smaller);

  function answer(bytes: Bytes): Response {
    return new Response(request.method === "HEAD" ? null : bytes, { headers });
  }
}
