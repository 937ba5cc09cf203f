import { holdsCardNumber } from "./card.ts";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";
import { logger } from "./log.ts";
import * as Metric from "./metric.ts";

/**
 * `run`: create the resource under this id, then call `finish` or `release`. `done`: the first request's answer, byte
 * for byte.
 */
export type Claim = { state: "run"; resourceId: string } | { state: "done"; status: number; body: string };

/**
 * Claims a key for a request, so that of several requests with the key one runs. A claim lasts 35 s, longer than a
 * request can live; a request after a crash gets the id that the first claim chose, so that `on conflict (id) do
 * nothing` creates the resource once. A key is deleted 24 h after its first use. Of several hashes of a request the first
 * is stored, and any of them is the same request.
 * @throws Problem `idempotency.key` not 1–255 printable ASCII characters, `idempotency.mismatch` used for another
 * request, `idempotency.running` the first has not finished
 */
export async function claim(
  userId: string,
  key: string,
  requestHash: string | [string, ...string[]],
  resourceId: string,
  at: Date,
): Promise<Claim> {
  if (!/^[ -~]{1,255}$/.test(key)) throw problem("idempotency.key", "must be 1 to 255 printable ASCII characters");
  if (/^[\d .-]+$/.test(key) && holdsCardNumber(key))
    throw problem("idempotency.key", "must not be the number of a card");
  const hashes = [requestHash].flat();
  const fresh = sql`idempotency_keys.created_at > ${at}::timestamptz - interval '24 hours'`;
  const [row] = (await sql`
    with claimed as (
      insert into idempotency_keys (user_id, key, request_hash, resource_id, claimed_until, created_at)
      values (${userId}, ${key}, ${hashes[0]}, ${resourceId}, now() + interval '35 seconds', ${at})
      on conflict (user_id, key) do update
         set resource_id = case when ${fresh} then idempotency_keys.resource_id else excluded.resource_id end,
             created_at = case when ${fresh} then idempotency_keys.created_at else excluded.created_at end,
             request_hash = excluded.request_hash,
             claimed_until = excluded.claimed_until,
             status = null,
             body = null
       where not (${fresh})
          or idempotency_keys.request_hash = any (${hashes}::text[])
             and idempotency_keys.status is null
             and idempotency_keys.claimed_until <= now()
      returning idempotency_keys.resource_id
    )
    select claimed.resource_id as "resourceId", true as "same", null::smallint as "status", null as "body"
      from claimed
    union all
    select null, idempotency_keys.request_hash = any (${hashes}::text[]), idempotency_keys.status, idempotency_keys.body
      from idempotency_keys
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and ${fresh}
       and not exists (select from claimed)`) as Row[];
  if (row?.resourceId) return { state: "run", resourceId: row.resourceId };
  if (row?.same === false) throw problem("idempotency.mismatch", "was used for another request");
  if (row?.status && row.body !== null) return { state: "done", status: row.status, body: row.body };
  // The second part reads the table as it was before the statement: no row there means that another request claimed the
  // key meanwhile.
  throw new Problem("conflict", "idempotency.running", "A request with this key is running.", { retryAfter: 1 });
}

/** Stores the answer of the request that ran. The first answer stays. */
export async function finish(userId: string, key: string, status: number, body: string): Promise<void> {
  await sql`
    update idempotency_keys
       set status = ${status}, body = ${body}
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is null`;
}

/** Deletes the claim of a refused request: it created nothing, and its key is as good as unused. */
export async function withdraw(userId: string, key: string): Promise<void> {
  await sql`
    delete from idempotency_keys
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is null`;
}

/**
 * Releases the claim of a failed request, which may have created its resource: it may be tried again at once, with the
 * same resource id.
 */
export async function release(userId: string, key: string): Promise<void> {
  await sql`
    update idempotency_keys
       set claimed_until = now()
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is null`;
}

/** Deletes a stored answer that cannot be read, so that the request runs again, with the same resource id. */
export async function forget(userId: string, key: string): Promise<void> {
  await sql`
    update idempotency_keys
       set status = null, body = null, claimed_until = now()
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is not null`;
}

/** Returns whether a stored answer is JSON, as the API's answers are. One that is not is logged and counted. */
export function isReadable(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    logger.error("idempotency.unreadable");
    Metric.emit({ RowsAtFault: [1, "Count"] });
    return false;
  }
}

type Row = { resourceId: string | null; same: boolean; status: number | null; body: string | null };

function problem(code: string, detail: string): Problem {
  return new Problem("input", code, `The Idempotency-Key ${detail}.`, {
    errors: [{ pointer: "#Idempotency-Key", detail }],
  });
}
