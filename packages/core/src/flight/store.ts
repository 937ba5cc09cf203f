import { type Batch, inOwnRequest, script } from "../base/cache.ts";
import { msPerDay } from "../base/day.ts";
import { type Failure, isInstant, type PackedAnswer, type Question, type StoredAnswer } from "./record.ts";

/**
 * What a store answers to a look-up. `leads`: the caller holds the lease now and must ask the providers, as the store
 * has neither a fresh answer nor a failure in force. No other caller leads until that lease ends or runs out.
 * `packed.body` is null if the caller holds that answer in memory already. `unreadable`: what is stored has no form that
 * this code writes.
 */
export type StoreReply = {
  leads: boolean;
  packed: (Omit<PackedAnswer, "body"> & { body: string | null }) | undefined;
  failure: Failure | undefined;
  unreadable?: boolean;
};

/**
 * Asks for an answer, and for a lease of `leaseMs` milliseconds under `token`. A lease under `previousToken` is taken
 * over. `inMemory` is the `searchedAt` of the answer that the caller holds in memory: its body is not sent again.
 */
export type StoreRequest = {
  key: string;
  token: string;
  leaseMs: number;
  at: Date;
  previousToken?: string;
  inMemory?: string | undefined;
};

/**
 * Stores answers, failures and leases: Redis, or Postgres without it. Each call is one request, and throws if
 * unanswered.
 */
export type Store = {
  /** Whether this store is Postgres, which keeps a copy of each answer in any case. */
  durable: boolean;
  lookUp(request: StoreRequest): Promise<StoreReply>;
  /** Extends the lease to `leaseMs` milliseconds from now, if it is still the token's. */
  renewLease(key: string, token: string, leaseMs: number): Promise<unknown>;
  endLease(key: string, token: string): Promise<unknown>;
  /** Deletes the answer that was searched at `searchedAt`, as it cannot be read; a newer one stays. */
  discard(key: string, searchedAt: string): Promise<unknown>;
  /** Stores an answer, `body` being its packed form, unless the store has a newer one. Ends the token's lease. */
  saveAnswer(question: Question, token: string, answer: StoredAnswer, body: string): Promise<unknown>;
  /** Stores why there is no newer answer, beside the answer that is stored. Ends the token's lease. */
  saveFailure(key: string, token: string, failure: Failure): Promise<unknown>;
};

/**
 * Answers stay for a day after they were fresh: to be shown while they are refreshed, and to be seen by the count of
 * searches.
 */

export const cacheKey = (key: string) => `flight:${key}`;
const keysOf = (key: string) => [cacheKey(key), `flight:${key}:lease`];
const fields = ["at", "until", "body", "fault", "faultUntil"];

// All instants are RFC 3339 in UTC with milliseconds, so that they compare as text.
const lookUpScript = script(`
  local at, token, lease, previous, held = unpack(ARGV)
  local stored = redis.call('hmget', KEYS[1], '${fields.join("', '")}')
  local leads = 0
  local whole = stored[1] and stored[3]
  if not (whole and stored[2] and at < stored[2]) and not (stored[5] and at < stored[5]) then
    local holder = redis.call('get', KEYS[2])
    if not holder or holder == token or holder == previous then
      redis.call('set', KEYS[2], token, 'px', lease)
      leads = 1
    end
  end
  if stored[1] == held then stored[3] = false end
  return {leads, stored[1], stored[2], stored[3], stored[4], stored[5]}`);

/** Ends the lease `KEYS[2]` of the token `ARGV[1]`. */
export const endLeaseLua = "if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('del', KEYS[2]) end";

const saveAnswerScript = script(`
  local stored = redis.call('hget', KEYS[1], 'at')
  if not stored or stored <= ARGV[2] then
    redis.call('del', KEYS[1])
    redis.call('hset', KEYS[1], 'at', ARGV[2], 'until', ARGV[3], 'body', ARGV[4])
    redis.call('pexpire', KEYS[1], ARGV[5])
  end
  ${endLeaseLua}`);

const saveFailureScript = script(`
  redis.call('hset', KEYS[1], 'fault', ARGV[2], 'faultUntil', ARGV[3])
  if redis.call('ttl', KEYS[1]) < 60 then redis.call('expire', KEYS[1], 60) end
  ${endLeaseLua}`);

const discardScript = script(`
  if (redis.call('hget', KEYS[1], 'at') or '') == ARGV[1] then redis.call('del', KEYS[1]) end`);

const renewLeaseScript = script(`
  if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('pexpire', KEYS[2], ARGV[2]) end`);

export const endLeaseScript = script(endLeaseLua);

/** Looks up an answer in Redis, as one of the commands of `batch`. */
export async function lookUpInBatch(batch: Batch, request: StoreRequest): Promise<StoreReply> {
  const { key, token, leaseMs, at, previousToken = "", inMemory = "" } = request;
  const args = [at.toISOString(), token, leaseMs, previousToken, inMemory];
  const [leads, ...values] = await batch.run<[number, ...FieldValues]>(lookUpScript, keysOf(key), args);
  return { leads: leads === 1, ...parseFields(values) };
}

export const inRedis: Store = {
  durable: false,
  lookUp: (request) => inOwnRequest((batch) => lookUpInBatch(batch, request)),
  renewLease: (key, token, leaseMs) =>
    inOwnRequest((batch) => batch.run(renewLeaseScript, keysOf(key), [token, leaseMs])),
  endLease: (key, token) => inOwnRequest((batch) => batch.run(endLeaseScript, keysOf(key), [token])),
  discard: (key, searchedAt) => inOwnRequest((batch) => batch.run(discardScript, keysOf(key), [searchedAt])),
  saveAnswer: ({ key }, token, { searchedAt, freshUntil }, body) => {
    const lifetimeMs = Date.parse(freshUntil) - Date.parse(searchedAt) + msPerDay;
    const args = [token, searchedAt, freshUntil, body, lifetimeMs];
    return inOwnRequest((batch) => batch.run(saveAnswerScript, keysOf(key), args));
  },
  saveFailure: (key, token, { reason, until }) =>
    inOwnRequest((batch) => batch.run(saveFailureScript, keysOf(key), [token, reason, until])),
};

/** Reads the stored answers of `keys`, in their order, as commands of `batch`. */
export async function answersInBatch(batch: Batch, keys: string[]): Promise<(PackedAnswer | undefined)[]> {
  const values = await Promise.all(keys.map((key) => batch.fields(cacheKey(key), fields) as Promise<FieldValues>));
  return values.map((each) => {
    const { packed } = parseFields(each);
    return packed && packed.body !== null ? { ...packed, body: packed.body } : undefined;
  });
}

/**
 * Reads the stored answers of `keys`, in their order, with one request per hundred. Throws if Redis does not answer.
 */
export async function answers(keys: string[]): Promise<(PackedAnswer | undefined)[]> {
  const found: (PackedAnswer | undefined)[] = [];
  for (let start = 0; start < keys.length; start += 100) {
    found.push(...(await inOwnRequest((batch) => answersInBatch(batch, keys.slice(start, start + 100)))));
  }
  return found;
}

type FieldValues = [
  searchedAt: string | null,
  freshUntil: string | null,
  body: string | null,
  failure: string | null,
  failureUntil: string | null,
];

function parseFields([searchedAt, freshUntil, body, reason, until]: FieldValues): Omit<StoreReply, "leads"> {
  const failure = reason && until ? { reason: reason as Failure["reason"], until } : undefined;
  const isRead = !failure || isInstant(failure.until);
  return {
    packed: searchedAt && freshUntil ? { searchedAt, freshUntil, body } : undefined,
    failure: isRead ? failure : undefined,
    unreadable: !isRead,
  };
}
