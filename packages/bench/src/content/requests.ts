import { env } from "@travel-conductor/core/base/env";

/** The requests that a call of the API takes: to Redis and to Postgres. */
export async function requestsOf(path: string): Promise<{ redis: number; postgres: number }> {
  const { app } = await import("@travel-conductor/functions/api/index");
  const sent = { redis: 0, postgres: 0 };
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.startsWith(env.UPSTASH_REDIS_REST_URL)) sent.redis++;
    else sent.postgres++;
    return fetch(input, init);
  };
  try {
    const answer = await app.request(path, {}, { requestContext: { http: { sourceIp: "192.0.2.1" } } });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
    return sent;
  } finally {
    globalThis.fetch = fetch;
  }
}
