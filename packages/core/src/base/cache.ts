import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";
import { env } from "./env.ts";

/** How long an answer is waited for, in milliseconds; `deadline` is that of the batch which is being sent. */
const patience = 2_000;
let deadline: AbortSignal | undefined;

/**
 * Redis over REST: a cache or a counter, never the truth. Values go and come as text. One HTTP request a call;
 * where one request is to do several things, `redis.pipeline()`, or `batch()` where several callers share it.
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
  signal: () => deadline ?? AbortSignal.timeout(patience),
});

/** Redis is slow or gone: `otherwise`, and the caller goes to the truth. The error's own text holds keys and values, so it is dropped. */
export async function orElse<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return answer.catch(() => otherwise);
}

/** Lua, and the name by which Redis knows it once it has run it. */
export type Script = { lua: string; sha: string };

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** Questions that share no request with anybody else's. */
export async function alone<T>(put: (questions: Batch) => Promise<T>): Promise<T> {
  const questions = batch();
  const answer = put(questions);
  // It is looked at once all has been sent.
  answer.catch(() => undefined);
  await questions.send();
  return answer;
}

/** How many of its `quota` requests in `window` seconds a key has left, and in how many seconds they are counted anew. */
export type Count = { allowed: boolean; quota: number; window: number; remaining: number; reset: number };

export type Batch = ReturnType<typeof batch>;

/**
 * Questions that several callers put to Redis in one request. What was asked before `send` goes with it, so ask without
 * awaiting; each question is answered, or fails, by itself.
 */
export function batch() {
  let pipeline = redis.pipeline();
  let asked: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];

  function ask<T>(command: (to: typeof pipeline) => unknown): Promise<T> {
    command(pipeline);
    const answer = new Promise<T>((resolve, reject) => asked.push({ resolve, reject }));
    // Nobody need wait for it: a failure that no caller looks at is none of the process's.
    answer.catch(() => undefined);
    return answer;
  }

  async function send(): Promise<void> {
    if (asked.length === 0) return;
    const [sent, waiting] = [pipeline, asked];
    [pipeline, asked] = [redis.pipeline(), []];
    // A signal of its own can be taken back: one that runs out wakes its request, though it was answered long ago.
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), patience);
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
    // Scripts that Redis has forgotten are asked again, whole, by who was refused; all of them at once.
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
    /** Runs a script by its name; where Redis has forgotten it, it is sent again, whole. */
    run: <T>({ sha, lua }: Script, keys: string[], args: (string | number)[]): Promise<T> =>
      ask<T>((to) => to.evalsha(sha, keys, args)).catch((error: Error) => {
        if (!error.message.includes("NOSCRIPT")) throw error;
        return ask<T>((to) => to.eval(lua, keys, args));
      }),
    /** Takes one of the `quota` requests that `key` may make in a sliding window of so many seconds. */
    async count(key: string, quota: number, window: number): Promise<Count> {
      const limiter = Ratelimit.slidingWindow(quota, `${window} s`);
      const options = { redis: scripts, limiter, prefix: "limit", timeout: 0, ephemeralCache: false } as const;
      const { success, remaining, reset } = await new Ratelimit(options).limit(key);
      return { allowed: success, quota, window, remaining, reset: Math.max(1, Math.ceil((reset - Date.now()) / 1000)) };
    },
    send,
  };
}
