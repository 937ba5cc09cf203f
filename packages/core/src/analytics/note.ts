import * as v from "valibot";
import { type Batch, orFallback, redis, script } from "../base/cache.ts";
import { newId } from "../base/id.ts";
import { Criteria, cacheKey } from "../flight.ts";

/**
 * The Redis stream in which searches wait to be written, and about how many it holds before the oldest are dropped.
 * Each takes about 400 bytes.
 */
const stream = "searches";
const maxNotes = 100_000;

/** A search as it was asked for: its session, or the SHA-256 of its key, if any, and its request, whose id the client may choose. */
export const Note = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^sch_[0-9a-z]{26}$/)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  sessionId: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  requestId: v.pipe(v.string(), v.regex(/^[\w=-]{1,64}$/)),
  criteria: Criteria,
});
export type Note = v.InferOutput<typeof Note>;

/** How long notes wait at most for a flush, after the last search (seconds): a week. */
const maxWait = 7 * 24 * 3600;

/** The API's part of the note; the script adds until when the stored answer, if there is one, is fresh. */
const noteScript = script(`
  local known = redis.call('hget', KEYS[2], 'until') or ''
  local place = redis.call('xadd', KEYS[1], 'maxlen', '~', ARGV[3], '*', 'note', ARGV[1], 'until', known)
  redis.call('expire', KEYS[1], ARGV[2])
  return place`);

/**
 * Notes a search together with other commands that go to Redis anyway. `at` is when its request arrived, before any
 * provider was asked. Resolves to the note's id in the stream, or to undefined without Redis, when nothing is noted.
 */
export function recordSearch(
  questions: Batch,
  { at, criteria, ...search }: Pick<Note, "sessionId" | "requestId" | "criteria"> & { at: Date },
): Promise<string | undefined> {
  const text = JSON.stringify({ id: newId("sch", at), at, criteria, ...search });
  return orFallback(
    questions.run<string | undefined>(noteScript, [stream, cacheKey(criteria)], [text, maxWait, maxNotes]),
    undefined,
  );
}

/** Set when a person lists their searches, for longer than a flush is away (ms). */
const wantedKey = "searches:wanted";
const wantedTime = 360_000;
const wantScript = script("redis.call('set', KEYS[1], '1', 'PX', ARGV[1])");

/** Has the next flush write the notes although they are young, together with other commands that go to Redis anyway. */
export async function wantNotes(commands: Batch): Promise<void> {
  await orFallback<unknown>(commands.run(wantScript, [wantedKey], [wantedTime]), null);
}

/**
 * Whether a person has listed their searches lately. The wish stays for its time: their newest search may be too young
 * for the first flush.
 */
export async function areNotesWanted(): Promise<boolean> {
  return (await orFallback(redis.get(wantedKey), null)) !== null;
}

/**
 * A note and its id; `until` is the end of freshness of the answer that was stored when the note was made, if there was
 * one.
 */
export type Entry = { place: string; note: Note | undefined; until: string };

/** The oldest notes, at most `limit`, from before `before`; an unreadable one is undefined. */
export async function readNotes(before: Date, limit: number): Promise<Entry[]> {
  const entries = (await redis.xrange(stream, "-", String(before.getTime()), limit)) as unknown as Stored[];
  return entries.map(([place, [, text, , until = ""]]) => {
    const read = v.safeParse(Written, text);
    return { place, note: read.success ? read.output : undefined, until };
  });
}

/** How many notes wait. */
export const countNotes = () => redis.xlen(stream);

export async function deleteNotes(places: string[]): Promise<void> {
  if (places.length > 0) await redis.xdel(stream, places);
}

const Written = v.pipe(v.string(), v.parseJson(), Note);
type Stored = [place: string, fields: string[]];
