import { type Batch, inOwnRequest, orFallback, redis, script } from "./cache.ts";

// How a clock learns that something waits. Redis knows from when on (UTC ms, in product time), so that the clock asks
// Postgres only then, and Postgres sleeps meanwhile. It is told before a statement that may make something due.
// Postgres is the truth: where Redis has lost a moment, the clock looks at once; where it never learned one, or a later
// one, all clocks look together at 0, 6, 12 and 18 o'clock (UTC), and what waits is late by that at most.

/** The time between two moments at which all clocks look (ms). */
const betweenLooks = 6 * 3_600_000;

/** How long Redis keeps a moment (ms). */
const kept = 2 * betweenLooks;

/** A statement may commit this long after its moment was noted (ms), so that a look in between does not see it. */
const commitTime = 60_000;

// A hint is two moments: from when on something is due, and until when its statements may commit (0: they have). A third
// one may follow: the earliest later moment that was noted as well, for when the first is over. A moment that is noted
// while the first is due already may belong to a look that goes on, and counts as a later one.

const parse = "local due, open, later = string.match(redis.call('get', KEYS[1]) or '', '^(%d+) (%d+) ?(%d*)$')";

/** Makes the first moment the earlier one, the second the later one, and keeps what lies after the first as the third. */
const join = script(`
  ${parse}
  local from, now = tonumber(ARGV[1]), tonumber(ARGV[4])
  due, open, later = tonumber(due or ''), tonumber(open or ''), tonumber(later or '')
  if not due then due = from
  elseif from < due then due, later = from, math.min(due, later or due)
  elseif from > due or now >= due then later = math.min(from, later or from) end
  local text = string.format('%.0f %.0f', due, math.max(open or 0, tonumber(ARGV[2])))
  redis.call('set', KEYS[1], later and string.format('%s %.0f', text, later) or text, 'PX', ARGV[3])`);

/** Replaces the moments that were read by what is true now, or by what was noted as later if that is earlier. */
const replace = script(`
  ${parse}
  local was, held = string.match(ARGV[1], '^(%d+) (%d+)')
  if due ~= was or open ~= held then return end
  local next = math.min(tonumber(ARGV[2]), tonumber(later or '') or tonumber(ARGV[2]))
  redis.call('set', KEYS[1], string.format('%.0f 0', next), 'PX', ARGV[3])`);

export type Due = {
  /**
   * Notes at `at`, before a statement, that something may wait from then on, or from `from` on. A failure costs six hours
   * at most.
   */
  note(at: Date, commands?: Batch, from?: Date): Promise<void>;
  /** Notes at `now` that something committed waits from `at` on. A failure costs six hours at most. */
  noteCommitted(at: Date, now: Date): Promise<void>;
  /** What Redis knows: the hint, and whether Postgres is to be asked at `at`. */
  read(at: Date): Promise<{ noted: string | null; isDue: boolean }>;
  /**
   * Notes when the next is due (null: nothing waits), as of `at`, after everything due was done. A hint whose statements
   * may not have committed stays as it is: the next tick looks again.
   */
  noteNext(noted: string | null, next: Date | null, at: Date): Promise<void>;
};

function due(key: string): Due {
  const put = (from: Date, open: number, now: Date) => (to: Batch) =>
    to.run(join, [key], [from.getTime(), open, kept, now.getTime()]);
  return {
    async note(at, commands, from = at) {
      const told = put(from, at.getTime() + commitTime, at);
      await orFallback<unknown>(commands ? told(commands) : inOwnRequest(told), null);
    },
    async noteCommitted(at, now) {
      await orFallback<unknown>(inOwnRequest(put(at, 0, now)), null);
    },
    async read(at) {
      const noted = await orFallback(redis.get<string>(key), null);
      return { noted, isDue: isDue(noted, at) };
    },
    async noteNext(noted, next, at) {
      const now = at.getTime();
      if (Number(noted?.split(" ")[1] ?? 0) > now) return;
      const look = now - (now % betweenLooks) + betweenLooks;
      const moment = Math.min(next?.getTime() ?? look, look);
      const told = redis.eval(replace.lua, [key], [noted ?? "", String(moment), String(kept)]);
      await orFallback<unknown>(told, null);
    },
  };
}

const keys = {
  messages: "outbox:due",
  bookings: "bookings:due",
  /** Fares to price and watches to end. */
  fares: "fares:due",
  /** New prices to count into the samples of their routes. */
  samples: "samples:due",
  exports: "exports:due",
  /** Cards and customers to remove at Stripe. */
  cards: "cards:due",
  /** What is done once an hour while there is traffic. */
  upkeep: "upkeep:due",
};
type Work = keyof typeof keys;

/** What clocks wait for, by what may be due. */
export const hints = Object.fromEntries(Object.entries(keys).map(([work, key]) => [work, due(key)])) as Record<
  Work,
  Due
>;

/** Which of these works Postgres is to be asked about at `at`, by one command to Redis. */
export async function dueOf<T extends Work>(works: T[], at: Date): Promise<T[]> {
  const noted = await orFallback(redis.mget<(string | null)[]>(works.map((work) => keys[work])), null);
  return works.filter((_, index) => isDue(noted?.[index] ?? null, at));
}

/** A moment that Redis does not know, or has lost, may be due. */
const isDue = (noted: string | null, at: Date) => noted === null || Number.parseInt(noted, 10) <= at.getTime();

/** Does `work` where something may be due at `at`, then asks `next` when the next is (by default nothing waits), and notes it. */
export async function whenDue<T>(
  hint: Due,
  at: Date,
  work: () => Promise<T>,
  next: (done: T) => Promise<Date | null> | null = () => null,
): Promise<T | undefined> {
  const known = await hint.read(at);
  return known.isDue ? look(hint, at, work, next, known) : undefined;
}

/** Does `work` although Redis may know of nothing due, then asks `next` when the next is, and notes it. */
export async function look<T>(
  hint: Due,
  at: Date,
  work: () => Promise<T>,
  next: (done: T) => Promise<Date | null> | null,
  known?: { noted: string | null },
): Promise<T> {
  const { noted } = known ?? (await hint.read(at));
  const done = await work();
  await hint.noteNext(noted, await next(done), at);
  return done;
}
