import { once } from "node:events";
import { Agent, createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** One origin for the product and for pages beside it: `pages` holds them by path. */
export type Proxy = { url: string; pages: Map<string, string>; stop: () => void };

/** Serves the pages that are put into `pages`, compressed and without a security policy, and all else from `product`. */
export async function startProxy(product: string): Promise<Proxy> {
  const { hostname, port, origin } = new URL(product);
  const pages = new Map<string, string>();
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    const page = pages.get(asked.url ?? "");
    if (page !== undefined) {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.setHeader("content-encoding", "gzip");
      answer.setHeader("cache-control", "no-cache");
      answer.end(gzipSync(page));
      return;
    }
    // The product takes changes from its own origin alone.
    const headers = { ...asked.headers, ...(asked.headers.origin ? { origin } : {}) };
    const passed = send({ agent, hostname, port, path: asked.url, method: asked.method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    passed.once("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    pages,
    stop: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}
