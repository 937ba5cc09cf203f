import { setImmediate } from "node:timers/promises";
import { Redis } from "@upstash/redis";
import { env } from "./env.ts";
import { type Count, guard, type Limit, type Step } from "./guard.ts";
import type { Script } from "./script.ts";

export type { Count } from "./guard.ts";
export { script, scriptFile } from "./script.ts";

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

/** Sends commands in a request of their own. */
export async function inOwnRequest<T>(put: (questions: Batch) => Promise<T>): Promise<T> {
  const questions = batch();
  const answer = put(questions);
  // Read once everything has been sent.
  answer.catch(() => undefined);
  await questions.send();
  return answer;
}

export type Batch = ReturnType<typeof batch>;

type Waiting = { resolve: (answer: never) => void; reject: (error: Error) => void };

/**
 * Commands of several callers that go to Redis in one request. Everything added before `send` goes with it, so add
 * without awaiting; each command succeeds or fails by itself. A batch that one of its limits refuses changes nothing:
 * no limit counts it, and none of its scripts runs.
 */
export function batch() {
  let pipeline = redis.pipeline();
  let asked: Waiting[] = [];
  let limits: (Limit & Waiting)[] = [];
  let steps: (Step & Waiting)[] = [];

  /** A caller may ignore the result: a failure that no caller awaits must not end the process. */
  function later<T>(add: (waiting: Waiting) => void): Promise<T> {
    const answer = new Promise<T>((resolve, reject) => add({ resolve, reject }));
    answer.catch(() => undefined);
    return answer;
  }

  function ask<T>(command: (to: typeof pipeline) => unknown): Promise<T> {
    command(pipeline);
    return later((waiting) => asked.push(waiting));
  }

  /** Runs a script by its hash; sends it again in full where Redis has forgotten it. */
  function evaluate<T>({ sha, lua }: Script, keys: string[], args: (string | number)[]): Promise<T> {
    return ask<T>((to) => to.evalsha(sha, keys, args)).catch((error: Error) => {
      if (!error.message.includes("NOSCRIPT")) throw error;
      return ask<T>((to) => to.eval(lua, keys, args));
    });
  }

  /** Puts the limits and scripts that wait into the pipeline: as one script where there are limits. */
  function addScripts(): void {
    const [counted, guarded] = [limits, steps];
    [limits, steps] = [[], []];
    if (counted.length === 0) {
      for (const { script, keys, args, resolve, reject } of guarded)
        evaluate<never>(script, keys, args).then(resolve, reject);
      return;
    }
    const { script, keys, args, read } = guard(counted, guarded, Date.now());
    evaluate<unknown[]>(script, keys, args).then(
      (reply) => {
        const { counts, outcomes } = read(reply);
        for (const [index, { resolve }] of counted.entries()) resolve(counts[index] as never);
        for (const [index, { resolve, reject }] of guarded.entries()) {
          const [failure, value] = outcomes[index] ?? ["refused by a limit"];
          if (failure) reject(new Error(failure));
          else resolve(value as never);
        }
      },
      (error) => {
        for (const { reject } of [...counted, ...guarded]) reject(error);
      },
    );
  }

  async function send(): Promise<void> {
    addScripts();
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

  /** Sends nothing: all that was added fails. */
  function drop(): void {
    const dropped = [...asked, ...limits, ...steps];
    [asked, limits, steps] = [[], [], []];
    pipeline = redis.pipeline();
    for (const { reject } of dropped) reject(new Error("refused by a limit"));
  }

  return {
    get: (key: string): Promise<string | null> => ask((to) => to.get(key)),
    /** Fields of a hash, in their order. */
    fields: (key: string, names: string[]): Promise<(string | null)[]> => ask((to) => to.hmget(key, ...names)),
    /** Runs a script after the scripts added before it, unless a limit refuses the batch. */
    run: <T>(script: Script, keys: string[], args: (string | number)[]): Promise<T> =>
      later((waiting) => steps.push({ ...waiting, script, keys, args })),
    /** Takes `cost` of the `quota` requests that `key` may make in a sliding window of `window` seconds. */
    count: (key: string, quota: number, window: number, cost = 1): Promise<Count> =>
      later((waiting) => limits.push({ ...waiting, key, quota, window, cost })),
    send,
    drop,
  };
}
