import type { App } from "./door.ts";
import { formatSpeed, type ProductTime, productNow } from "./producttime.ts";

/**
 * Returns an app that answers as `app` does, and says on every page, and in `/health`, how fast product time runs and
 * what it is. The HTML of a message in the outbox stays as it would be sent.
 */
export function withProductTime(app: App, { speed }: ProductTime): App {
  return {
    async fetch(request, environment) {
      const { pathname } = new URL(request.url);
      const isOurs = !pathname.startsWith("/v1/") && !/^\/outbox\/[^/]+\/html$/.test(pathname);
      if (!isOurs) return app.fetch(request, environment);
      const answer = await app.fetch(uncompressed(request), environment);
      const now = productNow().toISOString();
      const pace = formatSpeed(speed);
      if (pathname === "/health" && answer.ok) {
        const body = (await answer.json()) as object;
        return told(answer, JSON.stringify({ ...body, productTime: { now, speed: pace } }));
      }
      if (!answer.headers.get("content-type")?.startsWith("text/html")) return answer;
      const moment = `<time datetime="${now}">${now.slice(0, 16).replace("T", " ")} UTC</time>`;
      const sentence = `<p role="status">Product time runs at ${pace}: it is ${moment}.</p>`;
      return told(answer, (await answer.text()).replace(/<body>/, `$&\n    ${sentence}`));
    },
  };
}

/** A page is read here before it is sent. */
function uncompressed(request: Request): Request {
  if (request.method !== "GET") return request;
  const headers = new Headers(request.headers);
  headers.delete("accept-encoding");
  return new Request(request, { headers });
}

function told(answer: Response, body: string): Response {
  const headers = new Headers(answer.headers);
  for (const name of ["content-length", "etag"]) headers.delete(name);
  headers.set("cache-control", "no-store");
  return new Response(body, { status: answer.status, headers });
}
