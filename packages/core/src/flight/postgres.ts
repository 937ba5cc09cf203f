import { sql, utc } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { type Failure, type PackedAnswer, type StoredAnswer, unpack } from "./record.ts";
import type { Store, StoreReply, StoreRequest } from "./store.ts";

const packedColumns = sql`
  ${utc(sql`flight_cache.searched_at`)} as "searchedAt",
  ${utc(sql`flight_cache.expires_at`)} as "freshUntil",
  encode(flight_cache.packed, 'base64') as body`;

/** Reads the copies of `keys`, by their key, in one request. */
export async function copiesOf(keys: string[]): Promise<Map<string, PackedAnswer>> {
  const rows = (await sql`
    select flight_cache.search_params_hash as key, ${packedColumns}
      from flight_cache
     where flight_cache.search_params_hash = any (${keys})
       and flight_cache.packed is not null`) as (PackedAnswer & { key: string })[];
  return new Map(rows.map(({ key, ...packed }) => [key, packed]));
}

export async function copyOf(key: string): Promise<StoredAnswer | undefined> {
  const copy = (await copiesOf([key])).get(key);
  return copy && unpack(copy);
}

/**
 * The store of leases and failures while Redis does not answer. Its answers are the durable copies, which are written
 * whether or not Redis answers.
 */
export const inPostgres: Store = {
  durable: true,

  async lookUp({ key, token, leaseMs, at, previousToken = "" }: StoreRequest): Promise<StoreReply> {
    const [row] = await sql`
      with stored as (
        select ${packedColumns}, flight_cache.expires_at
          from flight_cache
         where flight_cache.search_params_hash = ${key}
           and flight_cache.packed is not null
      ), claim as (
        insert into flight_claims (search_params_hash, token, claimed_until)
        select ${key}, ${token}, now() + ${leaseMs} * interval '1 millisecond'
         where not exists (select from stored where stored.expires_at > ${at})
        on conflict (search_params_hash) do update
           set token = excluded.token,
               claimed_until = excluded.claimed_until
         where (flight_claims.claimed_until <= now() or flight_claims.token in (excluded.token, ${previousToken}))
           and (flight_claims.fault_until is null or flight_claims.fault_until <= ${at})
        returning 1
      )
      select exists (select from claim) as leads,
             stored."searchedAt", stored."freshUntil", stored.body,
             flight_claims.fault as reason,
             ${utc(sql`flight_claims.fault_until`)} as until
        from (select) as one
        left join stored on true
        left join flight_claims on flight_claims.search_params_hash = ${key}`;
    const { leads, searchedAt, freshUntil, body, reason, until } = row as { leads: boolean } & PackedAnswer & Failure;
    return {
      leads,
      packed: searchedAt ? { searchedAt, freshUntil, body } : undefined,
      failure: reason ? { reason, until } : undefined,
    };
  },

  renewLease: (key, token, leaseMs) => sql`
    update flight_claims
       set claimed_until = now() + ${leaseMs} * interval '1 millisecond'
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`,

  endLease: deleteLease,

  discard: (key, searchedAt) => sql`
    delete from flight_cache
     where flight_cache.search_params_hash = ${key}
       and flight_cache.searched_at = ${searchedAt}`,

  saveAnswer({ key, criteria }, token, { status, searchedAt, freshUntil, offers, providers }, body) {
    const { origin, destination, departureDate, returnDate } = criteria;
    const results = JSON.stringify({ status, providers, offers: offers.length });
    return sql`
      with ended as (${deleteLease(key, token)})
      insert into flight_cache
             (id, search_params_hash, origin_code, destination_code, departure_date, return_date,
              results, packed, searched_at, expires_at)
      values (${newId("fch", new Date(searchedAt))}, ${key}, ${origin}, ${destination}, ${departureDate}, ${returnDate},
              ${results}::jsonb, decode(${body}, 'base64'), ${searchedAt}, ${freshUntil})
      on conflict (search_params_hash) do update
         set results = excluded.results,
             packed = excluded.packed,
             searched_at = excluded.searched_at,
             expires_at = excluded.expires_at
       where flight_cache.searched_at <= excluded.searched_at`;
  },

  saveFailure: (key, token, { reason, until }) => sql`
    update flight_claims
       set fault = ${reason},
           fault_until = ${until},
           claimed_until = now()
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`,
};

function deleteLease(key: string, token: string) {
  return sql`
    delete from flight_claims
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`;
}
