import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { env } from "../../src/base/env.ts";

type Service = "postgres" | "redis" | "ses" | "sqs" | "kms" | "lambda";

/**
 * Runs `work` while every request to Postgres, Redis, SES, SQS, KMS and Lambda first passes `gate`, which may inspect it,
 * delay it, or keep it from being sent by throwing. What it lets through goes to the real service.
 */
export async function interceptRequests<T>(
  gate: (service: Service, body: string) => void | Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    await gate(serviceAt(input instanceof Request ? input.url : String(input)), String(init?.body));
    return send(input, init);
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = send;
  }
}

/** Runs `work` while the answers to requests whose body has this text are lost: the service has done them all the same. */
export async function losingAnswers<T>(text: string, work: () => Promise<T>): Promise<T> {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await send(input, init);
    if (!String(init?.body).includes(text)) return answer;
    await answer.arrayBuffer();
    throw new TypeError("fetch failed");
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = send;
  }
}

/**
 * Runs `work` until its request number `at` (from 1), which is not sent, or, with `loses`, sent and its answer lost; all
 * later ones are not sent either, as if the process had been killed. @returns whether there was such a request
 */
export async function cutAt(at: number, loses: boolean, work: () => Promise<unknown>): Promise<boolean> {
  const send = globalThis.fetch;
  let count = 0;
  globalThis.fetch = async (input, init) => {
    count++;
    if (count > at || (count === at && !loses)) throw new TypeError("fetch failed");
    const answer = await send(input, init);
    if (count < at) return answer;
    await answer.arrayBuffer();
    throw new TypeError("fetch failed");
  };
  try {
    await work().catch(() => undefined);
  } finally {
    globalThis.fetch = send;
  }
  return count >= at;
}

/** Runs `work` while nothing reaches the service. */
export function withoutService<T>(gone: Service, work: () => Promise<T>): Promise<T> {
  return interceptRequests((service) => {
    if (service === gone) throw new TypeError("fetch failed");
  }, work);
}

/** Runs `work` while the service receives requests and does not answer. */
export async function withHangingService<T>(service: Service, work: () => Promise<T>): Promise<T> {
  const deaf = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(deaf, "listening");
  const { port } = deaf.address() as AddressInfo;
  const send = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    send(serviceAt(String(input)) === service ? `http://127.0.0.1:${port}` : input, init);
  try {
    return await work();
  } finally {
    globalThis.fetch = send;
    deaf.close();
  }
}

function serviceAt(url: string): Service {
  if (url.startsWith(env.UPSTASH_REDIS_REST_URL)) return "redis";
  if (url.startsWith(`${env.KMS_URL}/`)) return "kms";
  if (env.REFRESH_QUEUE_URL?.startsWith(url)) return "sqs";
  if (/\/functions\/\w[\w-]*\/invocations$/.test(url)) return "lambda";
  return url.startsWith(`${env.AWS_ENDPOINT_URL_SESV2}/`) ? "ses" : "postgres";
}
