import { once } from "node:events";
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecure } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Identity } from "./authority.ts";

/** A request that a receiver got, with its whole body. */
export type Received = { path: string; host: string; headers: IncomingMessage["headers"]; body: string };

/** `socket` is the one that the answer goes to, within TLS; `reset` breaks the connection below it. */
export type Context = Received & { socket: Socket; reset: () => void };
export type Answer = (response: ServerResponse, context: Context) => void | Promise<void>;

/** A receiver of requests on loopback. `connections` counts sockets, `sessions` those that resumed a TLS session. */
export type Receiver = {
  port: number;
  received: Received[];
  connections: number;
  resumed: number;
  answer: Answer;
  stop: () => Promise<void>;
};

/** Starts a receiver, over TLS with an identity. It answers 204 until `answer` is set. */
export async function startReceiver(identity?: Identity): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const receiver: Receiver = {
    port: 0,
    received: [],
    connections: 0,
    resumed: 0,
    answer: (response) => void response.writeHead(204).end(),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((done) => server.close(done));
    },
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { url = "", headers } = request;
    const [host = ""] = (headers.host ?? "").split(":");
    const received = { path: url, host, headers, body: Buffer.concat(parts).toString() };
    receiver.received.push(received);
    const { socket } = request;
    const below = [...sockets].find(({ remotePort }) => remotePort === socket.remotePort);
    await receiver.answer(response, { ...received, socket, reset: () => void below?.resetAndDestroy() });
  };
  const handled = (request: IncomingMessage, response: ServerResponse) => {
    request.socket.on("error", () => undefined);
    // A request that was cut off before its end has no answer.
    handle(request, response).catch(() => request.destroy());
  };
  const server = identity ? createSecure(identity, handled) : createPlain(handled);
  server.on("connection", (socket: Socket) => {
    receiver.connections++;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.on("secureConnection", (socket) => {
    if (socket.isSessionReused()) receiver.resumed++;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  receiver.port = (server.address() as AddressInfo).port;
  return receiver;
}
