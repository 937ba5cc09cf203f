import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A gateway's answer: `body` is sent as JSON, a string as it is. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** Listens on 127.0.0.1 only. `stop` closes the connections that are still open. */
export type Server = { url: string; stop: () => Promise<void> };

/**
 * Serves whole bodies of at most `limit` bytes and ignores their declared length and type. Answers a longer body with
 * 413 as soon as its length is known, and an unexpected error of `handle` with 500 and its message, which the developer
 * reads.
 */
export async function serve(
  handle: (request: IncomingMessage, body: Buffer) => Promise<Answer>,
  limit: number,
  port = 0,
): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = await read(request, limit).catch(() => undefined);
    const {
      status,
      body: answer,
      headers,
    }: Answer = body
      ? await handle(request, body).catch((error: Error) => ({ status: 500, body: { message: error.message } }))
      : { status: 413, body: { message: `The request is larger than ${limit} bytes` } };
    if (!body) response.setHeader("connection", "close");
    const text = typeof answer === "string" ? answer : JSON.stringify(answer);
    const length = Buffer.byteLength(text);
    response.writeHead(status, { "content-type": "application/json", ...headers, "content-length": length });
    response.end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Compares two secrets in a time that does not reveal how much of them is equal. */
export function same(value: string, secret: string): boolean {
  const [a, b] = [Buffer.from(value), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function read(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new RangeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
