import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";
import { env } from "./env.ts";
import { readShipped } from "./file.ts";

/** How long an answer is waited for, in milliseconds; `deadline` is that of the batch being sent. */
const timeoutMs = 2_000;
let deadline: AbortSignal | undefined;

/**
 * Redis over REST: a cache or a counter, never the truth. Values are text. One HTTP request per call; use
 * `redis.pipeline()` to do several things in one request, or `batch()` where several callers share it.
 */
export const redis = new Redis({
  url: env.UPSTASH_REDIS_REST_URL,
  token: env.UPSTASH_REDIS_REST_TOKEN,
  automaticDeserialization: false,
  responseEncoding: false,
  enableAutoPipelining: false,
  enableTelemetry: false,
  readYourWrites: false,
  retry: { retries: 0 },
  signal: () => deadline ?? AbortSignal.timeout(timeoutMs),
});

/**
 * Returns `otherwise` when Redis is slow or unreachable; the caller then asks Postgres. The error is dropped, because
 * its text holds keys and values.
 */
export async function orFallback<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return answer.catch(() => otherwise);
}

/** A Lua script, and the hash by which Redis knows it once it has run it. */
export type Script = { lua: string; sha: string };

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** Returns the script of a Lua file at `place`, which is read on first use. */
export function scriptFile(place: URL): () => Script {
  let kept: Script | undefined;
  return () => {
    kept ??= script(readShipped(place));
    return kept;
  };
}

/** Sends commands in a request of their own. */
export async function inOwnRequest<T>(put: (questions: Batch) => Promise<T>): Promise<T> {
  const questions = batch();
  const answer = put(questions);
  // Read once everything has been sent.
  answer.catch(() => undefined);
  await questions.send();
  return answer;
}

/**
 * How many of its `quota` requests in `window` seconds a key has left, and after how many seconds the count restarts.
 */
export type Count = { allowed: boolean; quota: number; window: number; remaining: number; reset: number };

export type Batch = ReturnType<typeof batch>;

/**
 * Commands of several callers that go to Redis in one request. Everything added before `send` goes with it, so add
 * without awaiting; each command succeeds or fails by itself.
 */
export function batch() {
  let pipeline = redis.pipeline();
  let asked: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];

  function ask<T>(command: (to: typeof pipeline) => unknown): Promise<T> {
    command(pipeline);
    const answer = new Promise<T>((resolve, reject) => asked.push({ resolve, reject }));
    // A caller may ignore the result: a failure that no caller awaits must not end the process.
    answer.catch(() => undefined);
    return answer;
  }

  async function send(): Promise<void> {
    if (asked.length === 0) return;
    const [sent, waiting] = [pipeline, asked];
    [pipeline, asked] = [redis.pipeline(), []];
    // An own controller can be cleared: `AbortSignal.timeout` would wake the process later, long after the answer.
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), timeoutMs);
    deadline = over.signal;
    const answer = sent.exec<unknown[]>({ keepErrors: true });
    deadline = undefined;
    const replies = await answer.catch(() => []).finally(() => clearTimeout(timer));
    let refused = false;
    for (const [index, { resolve, reject }] of waiting.entries()) {
      const reply = replies[index] ?? { error: "no answer" };
      if ("result" in reply && reply.error === undefined) resolve(reply.result as never);
      else {
        refused = true;
        reject(new Error(reply.error));
      }
    }
    if (!refused) return;
    // Scripts that Redis has forgotten are sent again in full, all of them in one request.
    await setImmediate();
    await send();
  }

  const scripts = {
    evalsha: (sha: string, keys: string[], args: unknown[]) => ask((to) => to.evalsha(sha, keys, args)),
    eval: (script: string, keys: string[], args: unknown[]) => ask((to) => to.eval(script, keys, args)),
  } as unknown as Redis;

  return {
    get: (key: string): Promise<string | null> => ask((to) => to.get(key)),
    /** Fields of a hash, in their order. */
    fields: (key: string, names: string[]): Promise<(string | null)[]> => ask((to) => to.hmget(key, ...names)),
    /** Runs a script by its hash; sends it again in full where Redis has forgotten it. */
    run: <T>({ sha, lua }: Script, keys: string[], args: (string | number)[]): Promise<T> =>
      ask<T>((to) => to.evalsha(sha, keys, args)).catch((error: Error) => {
        if (!error.message.includes("NOSCRIPT")) throw error;
        return ask<T>((to) => to.eval(lua, keys, args));
      }),
    /** Takes one of the `quota` requests that `key` may make in a sliding window of `window` seconds. */
    async count(key: string, quota: number, window: number): Promise<Count> {
      const limiter = Ratelimit.slidingWindow(quota, `${window} s`);
      const options = { redis: scripts, limiter, prefix: "limit", timeout: 0, ephemeralCache: false } as const;
      const { success, remaining, reset } = await new Ratelimit(options).limit(key);
      return { allowed: success, quota, window, remaining, reset: Math.max(1, Math.ceil((reset - Date.now()) / 1000)) };
    },
    send,
  };
}
