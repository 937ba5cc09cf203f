import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import * as Key from "../../src/key.ts";
import * as Session from "../../src/session.ts";
import * as a from "./factory.ts";

export const minute = 60_000;
export const day = 24 * 60 * minute;
export const after = (at: Date, ms: number) => new Date(at.getTime() + ms);
export const input: Key.Create = { name: "One", scopes: ["read"] };
export const missing = { kind: "missing", code: "key.missing" };

/** A user with a proven address, signed in at `at`. */
export async function signedIn() {
  const at = new Date();
  const userId = await a.proven();
  const { token } = await a.session(userId, at);
  const { sessionId } = Session.lookup(token);
  const make = (over: object = {}, moment = at) => Key.create(userId, sessionId, { ...input, ...over }, moment);
  return { userId, sessionId, at, make };
}

/** Validates a key as a request does, by Redis and then Postgres. */
export async function validate(secret: string, at: Date, from: { address?: string } = {}) {
  const lookup = Key.lookup(secret);
  if (!lookup) return undefined;
  const found = await lookup.resolve(await redis.get<string>(lookup.key).catch(() => undefined), at, from);
  await lookup.refilled();
  return found;
}

/** The key as Postgres has it, without the cache. */
export const uncached = async (secret: string, at: Date, from: { address?: string } = {}) =>
  Key.lookup(secret)?.resolve(undefined, at, from);

/** What the trail has about keys, oldest first. */
export const events = async (userId: string) =>
  sql`
    select account_events.event, account_events.key_id as "keyId", account_events.network::text
      from account_events
     where account_events.user_id = ${userId}
       and account_events.event like 'key%'
     order by account_events.at, account_events.id`;
