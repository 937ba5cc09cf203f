import { type Batch, inOwnRequest, script } from "../base/cache.ts";
import type { Fault, Question, StoredAnswer, Version } from "./record.ts";

/**
 * What a look at a store found. `leads`: this caller, and nobody else until its lease runs out, is to ask the providers,
 * as there is neither a fresh version nor a fault in force. The version's body is missing if the caller held it already.
 */
export type Seen = {
  leads: boolean;
  version: (Omit<Version, "body"> & { body: string | null }) | undefined;
  fault: Fault | undefined;
};

/** Who looks at what: the lease, of so many milliseconds, goes by `token`; one by the token `inherits` is taken over. */
export type Look = {
  key: string;
  token: string;
  lease: number;
  at: Date;
  inherits?: string;
  held?: string | undefined;
};

/** Where versions and leases are kept: Redis, or in its absence Postgres. Each is one request, and throws when unanswered. */
export type Store = {
  /** Whether what is kept here is the copy that outlives the other store. */
  lasting: boolean;
  look(look: Look): Promise<Seen>;
  /** Makes the lease as long again as it was, if it is still the token's. */
  renew(key: string, token: string, lease: number): Promise<unknown>;
  release(key: string, token: string): Promise<unknown>;
  /** Stores an answer, with its packed body, unless there is a newer one, and ends the token's lease. */
  keep(question: Question, token: string, known: StoredAnswer, body: string): Promise<unknown>;
  /** Says why there is nothing newer, beside what is there, and ends the token's lease. */
  fail(key: string, token: string, fault: Fault): Promise<unknown>;
};

/** Versions stay for a day after they were fresh: to be shown while they are refreshed, and to be counted from. */
const day = 86_400_000;

export const cacheKey = (key: string) => `flight:${key}`;
const keysOf = (key: string) => [cacheKey(key), `flight:${key}:lease`];
const fields = ["at", "until", "body", "fault", "faultUntil"];

// Instants are RFC 3339 in UTC with milliseconds throughout, so that they compare as text.
const looking = script(`
  local at, token, lease, inherits, held = unpack(ARGV)
  local kept = redis.call('hmget', KEYS[1], '${fields.join("', '")}')
  local leads = 0
  if not (kept[2] and at < kept[2]) and not (kept[5] and at < kept[5]) then
    local holder = redis.call('get', KEYS[2])
    if not holder or holder == token or holder == inherits then
      redis.call('set', KEYS[2], token, 'px', lease)
      leads = 1
    end
  end
  if kept[1] == held then kept[3] = false end
  return {leads, kept[1], kept[2], kept[3], kept[4], kept[5]}`);

const ending = "if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('del', KEYS[2]) end";

const keeping = script(`
  local had = redis.call('hget', KEYS[1], 'at')
  if not had or had <= ARGV[2] then
    redis.call('del', KEYS[1])
    redis.call('hset', KEYS[1], 'at', ARGV[2], 'until', ARGV[3], 'body', ARGV[4])
    redis.call('pexpire', KEYS[1], ARGV[5])
  end
  ${ending}`);

const failing = script(`
  redis.call('hset', KEYS[1], 'fault', ARGV[2], 'faultUntil', ARGV[3])
  if redis.call('ttl', KEYS[1]) < 60 then redis.call('expire', KEYS[1], 60) end
  ${ending}`);

const renewing = script(`
  if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('pexpire', KEYS[2], ARGV[2]) end`);

const releasing = script(ending);

/** A look as one of several questions that share a request. */
export async function look(questions: Batch, { key, token, lease, at, inherits = "", held = "" }: Look): Promise<Seen> {
  const args = [at.toISOString(), token, lease, inherits, held];
  const [leads, ...kept] = await questions.run<[number, ...Kept]>(looking, keysOf(key), args);
  return { leads: leads === 1, ...read(kept) };
}

export const inRedis: Store = {
  lasting: false,
  look: (asked) => inOwnRequest((questions) => look(questions, asked)),
  renew: (key, token, lease) => inOwnRequest((questions) => questions.run(renewing, keysOf(key), [token, lease])),
  release: (key, token) => inOwnRequest((questions) => questions.run(releasing, keysOf(key), [token])),
  keep: ({ key }, token, { searchedAt, freshUntil }, body) => {
    const lasts = Date.parse(freshUntil) - Date.parse(searchedAt) + day;
    return inOwnRequest((questions) =>
      questions.run(keeping, keysOf(key), [token, searchedAt, freshUntil, body, lasts]),
    );
  },
  fail: (key, token, { why, until }) =>
    inOwnRequest((questions) => questions.run(failing, keysOf(key), [token, why, until])),
};

/** The stored versions of so many keys, in their order, as one of several questions that share a request. */
export async function versions(questions: Batch, keys: string[]): Promise<(Version | undefined)[]> {
  const kept = await Promise.all(keys.map((key) => questions.fields(cacheKey(key), fields) as Promise<Kept>));
  return kept.map((each) => read(each).version as Version | undefined);
}

/** The same of any number of keys: a request for each hundred. Throws when Redis does not answer. */
export async function all(keys: string[]): Promise<(Version | undefined)[]> {
  const found: (Version | undefined)[] = [];
  for (let start = 0; start < keys.length; start += 100) {
    found.push(...(await inOwnRequest((questions) => versions(questions, keys.slice(start, start + 100)))));
  }
  return found;
}

type Kept = [at: string | null, until: string | null, body: string | null, fault: string | null, until: string | null];

function read([searchedAt, freshUntil, body, why, until]: Kept): Omit<Seen, "leads"> {
  return {
    version: searchedAt && freshUntil ? { searchedAt, freshUntil, body } : undefined,
    fault: why && until ? { why: why as Fault["why"], until } : undefined,
  };
}
