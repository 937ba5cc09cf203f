import { type Batch, inOwnRequest, orFallback, redis, script } from "./cache.ts";

// How a clock learns that something waits. Redis knows from when on (UTC ms, in product time), so that the clock asks
// Postgres only then; it is told before a statement that may make something due, so that a process killed in between
// costs one tick. Postgres is the truth: a hint that Redis has lost delays by an hour at most, after which the clock looks
// by itself.

/** The longest that a clock goes without looking (ms). */
const longest = 3_600_000;

const lower = script(`
  local known = tonumber(redis.call('get', KEYS[1]))
  if not known or tonumber(ARGV[1]) < known then redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) end`);

/** Replaces what was read by what is true now, unless an earlier moment was noted meanwhile. */
const replace = script(`
  if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) end`);

export type Due = {
  /** Notes that something may wait from `at` on. Call it before the statement. A failure costs an hour at most. */
  note(at: Date, commands?: Batch): Promise<void>;
  /** What Redis knows: the moment as it was noted, and whether Postgres is to be asked at `at`. */
  read(at: Date): Promise<{ noted: string | null; isDue: boolean }>;
  /** Notes when the next is due (null: nothing waits), as of `at`, after everything due was done. */
  noteNext(noted: string | null, next: Date | null, at: Date): Promise<void>;
};

export function due(key: string): Due {
  return {
    async note(at, commands) {
      const put = (to: Batch) => to.run(lower, [key], [at.getTime(), 2 * longest]);
      await orFallback<unknown>(commands ? put(commands) : inOwnRequest(put), null);
    },
    async read(at) {
      const noted = await orFallback(redis.get<string>(key), null);
      return { noted, isDue: noted === null || Number(noted) <= at.getTime() };
    },
    async noteNext(noted, next, at) {
      const moment = String(Math.min(next?.getTime() ?? Number.POSITIVE_INFINITY, at.getTime() + longest));
      const told =
        noted === null
          ? redis.set(key, moment, { nx: true, px: 2 * longest })
          : redis.eval(replace.lua, [key], [noted, moment, 2 * longest]);
      await orFallback<unknown>(told, null);
    },
  };
}
