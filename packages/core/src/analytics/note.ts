import * as v from "valibot";
import { type Batch, orFallback, redis, script } from "../base/cache.ts";
import { newId } from "../base/id.ts";
import { Criteria, cacheKey } from "../flight.ts";

/** Where searches wait in Redis to be written down, and about how many may: then the oldest go. Each takes about 400 bytes. */
const stream = "searches";
const most = 100_000;

/** A search as it was asked for: by which session, if any, and in which request, whose id is the client's to choose. */
export const Note = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^sch_[0-9a-z]{26}$/)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  sessionId: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  requestId: v.pipe(v.string(), v.regex(/^[\w=-]{1,64}$/)),
  criteria: Criteria,
});
export type Note = v.InferOutput<typeof Note>;

/** Beside what the door knows goes what it is about to be told: until when the stored answer, if there is one, is fresh. */
const noting = script(`
  local known = redis.call('hget', KEYS[2], 'until') or ''
  return redis.call('xadd', KEYS[1], 'maxlen', '~', ARGV[2], '*', 'note', ARGV[1], 'until', known)`);

/**
 * Notes a search with the questions that leave for Redis anyway, in one command. `at` is when its request came, before
 * anybody was asked. Resolves to the note's place, or to undefined without Redis, when nothing is noted.
 */
export function recordSearch(
  questions: Batch,
  { at, criteria, ...search }: Pick<Note, "sessionId" | "requestId" | "criteria"> & { at: Date },
): Promise<string | undefined> {
  const text = JSON.stringify({ id: newId("sch", at), at, criteria, ...search });
  return orFallback(questions.run<string | undefined>(noting, [stream, cacheKey(criteria)], [text, most]), undefined);
}

/** Takes a note back, of a search that was refused. */
export async function withdrawSearch(noted: Promise<string | undefined>): Promise<void> {
  const place = await noted;
  if (place) await orFallback(drop([place]), undefined);
}

/** A note and its place; `until` is when the answer ceased to be fresh that was stored when it was made, if one was. */
export type Entry = { place: string; note: Note | undefined; until: string };

/** The oldest notes, at most `limit`, that were made before `before`; one that cannot be read is undefined. */
export async function waiting(before: Date, limit: number): Promise<Entry[]> {
  const entries = (await redis.xrange(stream, "-", String(before.getTime()), limit)) as unknown as Stored[];
  return entries.map(([place, [, text, , until = ""]]) => {
    const read = v.safeParse(Written, text);
    return { place, note: read.success ? read.output : undefined, until };
  });
}

export async function drop(places: string[]): Promise<void> {
  if (places.length > 0) await redis.xdel(stream, places);
}

const Written = v.pipe(v.string(), v.parseJson(), Note);
type Stored = [place: string, fields: string[]];
