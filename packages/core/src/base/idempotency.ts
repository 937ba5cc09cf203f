import { sql } from "./db.ts";
import { Problem } from "./error.ts";

/** `run`: make the thing under this id, then `finish` or `release`. `done`: the first request's answer, byte for byte. */
export type Claim = { state: "run"; resourceId: string } | { state: "done"; status: number; body: string };

/**
 * Claims a key for a request, so that one of several that carry it runs. A claim lasts 35 s, longer than a request can
 * live; who comes after a crash is given the id that the first claim chose, and by making the thing `on conflict (id)
 * do nothing` makes it once. A key is forgotten 24 h after its first use.
 * @throws Problem `idempotency.key` not 1–255 printable ASCII characters, `idempotency.mismatch` used for another
 * request, `idempotency.running` the first has not finished
 */
export async function claim(
  userId: string,
  key: string,
  requestHash: string,
  resourceId: string,
  at: Date,
): Promise<Claim> {
  if (!/^[ -~]{1,255}$/.test(key)) throw refused("idempotency.key", "must be 1 to 255 printable ASCII characters");
  const fresh = sql`idempotency_keys.created_at > ${at}::timestamptz - interval '24 hours'`;
  const [row] = (await sql`
    with claimed as (
      insert into idempotency_keys (user_id, key, request_hash, resource_id, claimed_until, created_at)
      values (${userId}, ${key}, ${requestHash}, ${resourceId}, now() + interval '35 seconds', ${at})
      on conflict (user_id, key) do update
         set resource_id = case when ${fresh} then idempotency_keys.resource_id else excluded.resource_id end,
             created_at = case when ${fresh} then idempotency_keys.created_at else excluded.created_at end,
             request_hash = excluded.request_hash,
             claimed_until = excluded.claimed_until,
             status = null,
             body = null
       where not (${fresh})
          or idempotency_keys.request_hash = excluded.request_hash
             and idempotency_keys.status is null
             and idempotency_keys.claimed_until <= now()
      returning idempotency_keys.resource_id
    )
    select claimed.resource_id as "resourceId", true as "same", null::smallint as "status", null as "body"
      from claimed
    union all
    select null, idempotency_keys.request_hash = ${requestHash}, idempotency_keys.status, idempotency_keys.body
      from idempotency_keys
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and ${fresh}
       and not exists (select from claimed)`) as Row[];
  if (row?.resourceId) return { state: "run", resourceId: row.resourceId };
  if (row?.same === false) throw refused("idempotency.mismatch", "was used for another request");
  if (row?.status && row.body !== null) return { state: "done", status: row.status, body: row.body };
  // The second half reads what stood before the statement: no row there means that another claimed the key meanwhile.
  throw new Problem("conflict", "idempotency.running", "A request with this key is running.", { retryAfter: 1 });
}

/** Keeps the answer of the request that ran. The first answer stands. */
export async function finish(userId: string, key: string, status: number, body: string): Promise<void> {
  await sql`
    update idempotency_keys
       set status = ${status}, body = ${body}
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is null`;
}

/** Gives up a claim whose request failed, so that it may be tried again at once, with the same resource id. */
export async function release(userId: string, key: string): Promise<void> {
  await sql`
    update idempotency_keys
       set claimed_until = now()
     where idempotency_keys.user_id = ${userId}
       and idempotency_keys.key = ${key}
       and idempotency_keys.status is null`;
}

type Row = { resourceId: string | null; same: boolean; status: number | null; body: string | null };

function refused(code: string, detail: string): Problem {
  return new Problem("input", code, `The Idempotency-Key ${detail}.`, {
    errors: [{ pointer: "#Idempotency-Key", detail }],
  });
}
