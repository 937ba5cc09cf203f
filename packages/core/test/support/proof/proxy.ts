import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { env } from "../../../src/base/env.ts";

/** What happens to a request on its way to Postgres, and to its answer on the way back. Each may wait any time. */
export type Passage = {
  /**
   * Returns what is sent in its place, or nothing to lose the request. The number is the request's position, from 1.
   */
  there?: (body: string, n: number) => string | undefined | Promise<string | undefined>;
  /** Returns whether the answer is passed on; the request has been committed by then. */
  back?: (n: number) => boolean | Promise<boolean>;
  /** The gateway behind the proxy, if it is not the product's own. */
  to?: { url: string; connection: string };
};

/**
 * `passed` is the number of requests until now. `settle` ends when no client is connected and Postgres has executed
 * every request that arrived. `stop` throws what `there` has thrown.
 */
export type PostgresProxy = {
  url: string;
  passed: () => number;
  settle: () => Promise<void>;
  stop: () => Promise<void>;
};

const { fetch: send } = globalThis;

/** A server between the product and Postgres's gateway; what it loses ends in a broken connection. */
export async function startProxy({ there = (body) => body, back = () => true, to }: Passage): Promise<PostgresProxy> {
  let passed = 0;
  let unanswered = 0;
  const faults: unknown[] = [];
  const look = async (body: string, n: number) => {
    try {
      return await there(body, n);
    } catch (error) {
      faults.push(error);
      return undefined;
    }
  };
  const execute = async (request: IncomingMessage, n: number) => {
    const body = await look(await text(request), n);
    if (body === undefined) return undefined;
    const headers = new Headers(request.headers as Record<string, string>);
    for (const own of ["connection", "content-length", "host", "transfer-encoding"]) headers.delete(own);
    if (to) headers.set("neon-connection-string", to.connection);
    const answer = await send(to?.url ?? String(env.DATABASE_HTTP_ENDPOINT), { method: "POST", headers, body });
    return { status: answer.status, words: await answer.text() };
  };
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const n = ++passed;
    unanswered++;
    const answer = await execute(request, n).finally(() => unanswered--);
    if (!answer || !(await back(n))) return response.destroy();
    return response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.words);
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    settle: async () => {
      const connected = promisify(server.getConnections.bind(server));
      do await nextTurn();
      while (unanswered > 0 || (await connected()) > 0);
    },
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** Runs `work` with all requests to Postgres going through such a proxy, and returns their number. */
export async function throughProxy(passage: Passage, work: () => Promise<unknown>): Promise<number> {
  const gate = await startProxy(passage);
  globalThis.fetch = (input, init) => send(input === env.DATABASE_HTTP_ENDPOINT ? gate.url : input, init);
  try {
    await work();
    return gate.passed();
  } finally {
    globalThis.fetch = send;
    await gate.stop();
  }
}
