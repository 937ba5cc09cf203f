import { createHash, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { type Batch, inOwnRequest, orFallback, script } from "../base/cache.ts";
import { toProblem } from "./failure.ts";
import type { AskRedis } from "./lookup.ts";
import { endLeaseLua, endLeaseScript } from "./store.ts";

/** How long an answer is given again (ms). */
const lifetimeMs = 30_000;
const pollMs = 200;

const lookUpScript = script(`
  local stored = redis.call('get', KEYS[1])
  if stored then return { 0, stored } end
  local leads = redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2])
  return { leads and 1 or 0, false }`);

const saveScript = script(`
  redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
  ${endLeaseLua}`);

/**
 * Returns the answer that `ask` gave for `id` in the half minute before `at`, here or in another process; else the
 * answer of the one caller that asks now. A failure is not kept: the next caller asks. Without Redis each caller asks.
 * The first look-up leaves by `askRedis`.
 * @throws Problem `flight.timeout` when the one that asks has not answered after `timeoutMs`; what `ask` throws
 */
export async function shareAnswer<T>(
  id: string,
  at: Date,
  timeoutMs: number,
  ask: () => Promise<T>,
  askRedis?: AskRedis,
): Promise<T> {
  const key = `offer:${createHash("sha256").update(id).digest("base64url")}`;
  const lease = `${key}:lease`;
  const token = randomUUID();
  const until = performance.now() + timeoutMs;
  const lookUp = (batch: Batch) => batch.run<[number, string | null]>(lookUpScript, [key, lease], [token, timeoutMs]);
  for (let first = true; performance.now() < until; first = false) {
    const reply = await (first && askRedis ? askRedis(lookUp) : orFallback(inOwnRequest(lookUp), undefined));
    const kept = v.safeParse(Kept, reply?.[1]);
    const age = kept.success ? at.getTime() - kept.output.at : -1;
    if (kept.success && age >= 0 && age < lifetimeMs) return kept.output.answer as T;
    if (!reply) return ask();
    if (reply[0] === 1 || reply[1] !== null) return lead();
    await wait(pollMs * (0.5 + Math.random()));
  }
  throw toProblem("timeout");

  async function lead(): Promise<T> {
    try {
      const answer = await ask();
      const args = [token, JSON.stringify({ at: at.getTime(), answer }), lifetimeMs];
      await orFallback(
        inOwnRequest((batch) => batch.run(saveScript, [key, lease], args)),
        undefined,
      );
      return answer;
    } catch (error) {
      await orFallback(
        inOwnRequest((batch) => batch.run(endLeaseScript, [key, lease], [token])),
        undefined,
      );
      throw error;
    }
  }
}

const Kept = v.pipe(v.string(), v.parseJson(), v.object({ at: v.number(), answer: v.looseObject({}) }));
