import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "@travel-conductor/core/base/error";
import { Hono } from "hono";
import { lasting } from "../lasting.ts";
import { limited } from "../limit.ts";

/** The files of swagger-ui-dist that the page needs, by their type. */
const assets = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
} as const;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Travel Conductor API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", validatorUrl: null });\n`;

/** Scripts and calls from and to this origin only. Swagger UI sets styles on its elements and draws icons from data. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Where `/` leads. */
const entrance = "/docs";

/** For a page that loads nothing but its empty icon. */
const plain = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
  "cache-control": "public, max-age=86400",
};

/**
 * The OpenAPI document of `app`, a page to read and try it, the changelog, and a page about each code of a problem,
 * without any other host. Routed last, so that its limit also counts requests for unknown paths.
 */
export function docs(app: Pick<Hono, "routes">) {
  return new Hono()
    .use(limited("general"))
    .get("/", (c) => c.redirect(entrance))
    .get("/openapi.json", lasting, async (c) => {
      const { document } = await import("../openapi.ts");
      return c.json(document(app.routes));
    })
    .get("/docs", (c) => c.html(page, 200, { "content-security-policy": policy }))
    .get("/docs/changelog", async (c) => c.html((await import("../changelogpage.ts")).page(), 200, plain))
    .get("/docs/problems", async (c) => c.html((await import("../problempage.ts")).list(), 200, plain))
    .get("/docs/problems/:code", async (c) => {
      const page = (await import("../problempage.ts")).page(c.req.param("code"));
      if (page === undefined) throw new Problem("missing", "request.path", "There is no problem with this code.");
      return c.html(page, 200, plain);
    })
    .get("/docs/start.js", (c) => c.body(start, 200, { "content-type": "text/javascript; charset=utf-8" }))
    .get("/docs/:file{swagger-ui\\.css|swagger-ui-bundle\\.js}", async (c) => {
      const file = c.req.param("file") as keyof typeof assets;
      const headers = { "content-type": assets[file], "cache-control": "public, max-age=86400" };
      return c.body(await readFile(`${folder()}/${file}`), 200, headers);
    });
}

/** The folder beside the bundle if there is one; in a working tree, the package. */
function folder(): string {
  const beside = fileURLToPath(new URL("swagger-ui", import.meta.url));
  return existsSync(beside) ? beside : dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
