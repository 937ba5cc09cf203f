import { type Batch, inOwnRequest, orFallback, redis, script } from "../base/cache.ts";
import { env } from "../base/env.ts";
import { describeError, logger } from "../base/log.ts";
import * as Queue from "../base/queue.ts";

// How the sender learns that something waits. Redis knows from when on (UTC ms, in product time), so that the clock asks
// Postgres only then; it is told before a statement that may queue a message, so that a process killed in between costs
// a minute. A message in a queue wakes the sender at once after the statement. Postgres is the truth: a hint that Redis
// has lost delays a message until the clock looks by itself, which it does every hour.

const key = "outbox:due";

/** The longest that the clock goes without looking (ms). */
const longest = 3_600_000;

const lower = script(`
  local known = tonumber(redis.call('get', KEYS[1]))
  if not known or tonumber(ARGV[1]) < known then redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) end`);

/** Replaces what was read by what is true now, unless an earlier moment was noted meanwhile. */
const replace = script(`
  if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) end`);

/** Whether a statement of this process may have queued a message since the last wake. */
let queued = false;
export function markQueued(): void {
  queued = true;
}

/** Notes that something may wait from `at` on. Call it before the statement. A failure costs an hour at most. */
export async function note(at: Date, commands?: Batch): Promise<void> {
  const put = (to: Batch) => to.run(lower, [key], [at.getTime(), 2 * longest]);
  await orFallback<unknown>(commands ? put(commands) : inOwnRequest(put), null);
}

/** Wakes the sender after a statement that queued a message, where one did. A wake that is lost costs a minute. */
export async function wake(): Promise<void> {
  if (!queued) return;
  queued = false;
  const url = env.DELIVERY_QUEUE_URL;
  if (!url) return;
  await Queue.send(url, {}).catch((error: unknown) => logger.warn("sender not woken", { error: describeError(error) }));
}

/** Notes and wakes, for work that learns only at its end whether it queued a message. */
export async function wakeAfter(at: Date): Promise<void> {
  if (!queued) return;
  await note(at);
  await wake();
}

/** What Redis knows: the moment as it was noted, and whether Postgres is to be asked at `at`. */
export async function readDue(at: Date): Promise<{ noted: string | null; isDue: boolean }> {
  const noted = await orFallback(redis.get<string>(key), null);
  return { noted, isDue: noted === null || Number(noted) <= at.getTime() };
}

/** Notes when the next message is due (null: none waits), as of `at`, after everything due was sent. */
export async function noteNext(noted: string | null, next: Date | null, at: Date): Promise<void> {
  const moment = String(Math.min(next?.getTime() ?? Number.POSITIVE_INFINITY, at.getTime() + longest));
  const told =
    noted === null
      ? redis.set(key, moment, { nx: true, px: 2 * longest })
      : redis.eval(replace.lua, [key], [noted, moment, 2 * longest]);
  await orFallback<unknown>(told, null);
}
