import * as v from "valibot";
import * as Audit from "./audit.ts";
import { orFallback, redis } from "./base/cache.ts";
import { uncached } from "./base/copy.ts";
import { sql, utc } from "./base/db.ts";
import { hashOf } from "./base/hash.ts";
import { lazy } from "./base/lazy.ts";
import { copyOf, isWhole } from "./key/form.ts";
import { Scope } from "./key/schema.ts";

export { isSecret } from "./key/form.ts";
export { Create, Info, Made, Scope, Update } from "./key/schema.ts";

export const create = lazy(async () => (await import("./key/owned.ts")).create);
export const list = lazy(async () => (await import("./key/owned.ts")).list);
export const get = lazy(async () => (await import("./key/owned.ts")).get);
export const update = lazy(async () => (await import("./key/owned.ts")).update);
export const revoke = lazy(async () => (await import("./key/owned.ts")).revoke);
export const revokeAll = lazy(async () => (await import("./key/owned.ts")).revokeAll);
export const dropAllCopies = lazy(async () => (await import("./key/owned.ts")).dropAllCopies);

/**
 * A key that works: its id, its user, what it may do, its end (UTC), whether the user's address is proven, and whether
 * the account requires a second factor, which no key can give.
 */
export type Valid = { keyId: string } & Kept;

/**
 * Looks a key up, in two steps as `Session.lookup` does: put `get key` into the pipeline to Redis, and pass the result
 * (undefined when Redis did not answer) to `resolve`. A key that Redis does not have (it is kept for 60 s at most) takes
 * one request to Postgres, which also notes its use, and one to cache it. Undefined for text that cannot be a key.
 */
export function lookup(secret: string) {
  if (!isWhole(secret)) return undefined;
  const hashed = hashOf(secret);
  const key = copyOf(hashed);
  let refill: Promise<unknown> | undefined;
  return {
    key,
    /** SHA-256 of the key, in hex. */
    hash: hashed,
    async resolve(cached: string | null | undefined, at: Date, from: Audit.Client = {}): Promise<Valid | undefined> {
      const kept = v.safeParse(KeptText, cached);
      if (kept.success && kept.output.expiresAt > at.toISOString()) return kept.output;
      const found = await find(hashed, at, from);
      if (!found) return undefined;
      // A revocation since the row was read has left `uncached`: `nx` keeps it. If Redis did not answer, it is not asked again.
      const life = Math.min(60_000, Date.parse(found.expiresAt) - at.getTime());
      if (cached !== undefined && cached !== uncached && life > 0)
        refill = orFallback(redis.set(key, JSON.stringify(found), { nx: true, px: life }), null);
      return found;
    },
    /** Waits until Redis has stored what `resolve` found, as that of `Session.lookup`. */
    async refilled(): Promise<void> {
      await refill;
    },
  };
}

const Kept = v.object({
  keyId: v.string(),
  userId: v.string(),
  scopes: v.array(Scope),
  expiresAt: v.string(),
  proven: v.boolean(),
  lacksFactor: v.boolean(),
});
type Kept = v.InferOutput<typeof Kept>;
const KeptText = v.pipe(v.string(), v.parseJson(), Kept);

/**
 * Reads a key that works at `at`. In the same statement, once in 10 minutes, its last use is written, and the first use
 * from a network is recorded. The write locks the user's row first, as every change of keys does.
 */
async function find(hashed: string, at: Date, from: Audit.Client): Promise<Kept | undefined> {
  const network = Audit.networkOf(from.address);
  const who = { ...from, userId: sql`(select used.user_id from used)`, keyId: sql`(select used.id from used)` };
  const isNew = sql`
    exists (select from used)
    and not exists (
      select
        from account_events
        join used on used.user_id = account_events.user_id
                 and used.id = account_events.key_id
       where account_events.event = 'key_used'
         and account_events.network is not distinct from ${network}::cidr)`;
  const [row] = await sql`
    with found as materialized (
      select api_keys.id, api_keys.user_id, api_keys.scopes, api_keys.expires_at, users.email_verified,
             users.factor_required,
             coalesce(api_keys.last_used_at <= ${at}::timestamptz - interval '10 minutes', true) as due
        from api_keys
        join users on users.id = api_keys.user_id
       where api_keys.hash = ${hashed}
         and api_keys.expires_at > ${at}::timestamptz
    ),
    owner as materialized (
      select found.id
        from found
        join users on users.id = found.user_id
       where found.due
         for key share of users
    ),
    used as (
      update api_keys
         set last_used_at = ${at},
             network = coalesce(${network}::cidr, api_keys.network)
        from owner
       where api_keys.id = owner.id
         and coalesce(api_keys.last_used_at <= ${at}::timestamptz - interval '10 minutes', true)
      returning api_keys.id, api_keys.user_id
    ),
    recorded as (${Audit.record("key_used", who, isNew)})
    select found.id as "keyId",
           found.user_id as "userId",
           found.scopes,
           ${utc(sql`found.expires_at`)} as "expiresAt",
           found.email_verified as proven,
           found.factor_required as "lacksFactor"
      from found`;
  return row as Kept | undefined;
}
