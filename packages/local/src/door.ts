import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { Trouble } from "./trouble.ts";

/** A Hono app; `environment` becomes its `c.env`. */
export type App = { fetch: (request: Request, environment: object) => Response | Promise<Response> };

/**
 * Does the work of the distribution and of API Gateway on 127.0.0.1. Answers requests with 503 until `open` passes an
 * app, then hands them to the app, with the distribution's `secret` and the viewer's address in place of what the viewer
 * sends under these names.
 */
export type Door = { url: string; open: (app: App, secret?: string) => void; stop: () => Promise<void> };

/** @throws Trouble when the server cannot listen at the port */
export async function startDoor(port: number): Promise<Door> {
  let app: App | undefined;
  let edgeSecret: string | undefined;
  const server = createAdaptorServer({
    fetch: (request, bindings) => {
      if (!app)
        return Response.json({ title: "Starting", status: 503 }, { status: 503, headers: { "retry-after": "1" } });
      const sourceIp = (bindings as HttpBindings).incoming.socket.remoteAddress ?? "";
      if (edgeSecret) {
        request.headers.set("x-origin-secret", edgeSecret);
        request.headers.set("x-viewer-address", sourceIp);
      }
      return app.fetch(request, { requestContext: { http: { sourceIp } } });
    },
  }) as Server;
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be had (${error.code})`;
    throw new Trouble(`Port ${port} ${why}. Choose another one: PORT=${port + 1} npm start`);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    open: (opened, secret) => {
      app = opened;
      edgeSecret = secret;
    },
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      const late = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearTimeout(late);
    },
  };
}
