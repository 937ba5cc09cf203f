import { sql, utc } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { type Fault, type StoredAnswer, unpack, type Version } from "./record.ts";
import type { Look, Seen, Store } from "./store.ts";

const version = sql`
  ${utc(sql`flight_cache.searched_at`)} as "searchedAt",
  ${utc(sql`flight_cache.expires_at`)} as "freshUntil",
  encode(flight_cache.packed, 'base64') as body`;

/** The copies of so many keys, in one request. */
export async function all(keys: string[]): Promise<Map<string, Version>> {
  const rows = (await sql`
    select flight_cache.search_params_hash as key, ${version}
      from flight_cache
     where flight_cache.search_params_hash = any (${keys})
       and flight_cache.packed is not null`) as (Version & { key: string })[];
  return new Map(rows.map(({ key, ...version }) => [key, version]));
}

/** The copy of one answer. */
export async function copyOf(key: string): Promise<StoredAnswer | undefined> {
  const found = (await all([key])).get(key);
  return found && unpack(found);
}

/** Leases and faults when Redis is gone. The versions are the copies, which are kept in any case. */
export const inPostgres: Store = {
  lasting: true,

  async look({ key, token, lease, at, inherits = "" }: Look): Promise<Seen> {
    const [row] = await sql`
      with stored as (
        select ${version}, flight_cache.expires_at
          from flight_cache
         where flight_cache.search_params_hash = ${key}
           and flight_cache.packed is not null
      ), claim as (
        insert into flight_claims (search_params_hash, token, claimed_until)
        select ${key}, ${token}, now() + ${lease} * interval '1 millisecond'
         where not exists (select from stored where stored.expires_at > ${at})
        on conflict (search_params_hash) do update
           set token = excluded.token,
               claimed_until = excluded.claimed_until
         where (flight_claims.claimed_until <= now() or flight_claims.token in (excluded.token, ${inherits}))
           and (flight_claims.fault_until is null or flight_claims.fault_until <= ${at})
        returning 1
      )
      select exists (select from claim) as leads,
             stored."searchedAt", stored."freshUntil", stored.body,
             flight_claims.fault as why,
             ${utc(sql`flight_claims.fault_until`)} as until
        from (select) as one
        left join stored on true
        left join flight_claims on flight_claims.search_params_hash = ${key}`;
    const { leads, searchedAt, freshUntil, body, why, until } = row as { leads: boolean } & Version & Fault;
    return {
      leads,
      version: searchedAt ? { searchedAt, freshUntil, body } : undefined,
      fault: why ? { why, until } : undefined,
    };
  },

  renew: (key, token, lease) => sql`
    update flight_claims
       set claimed_until = now() + ${lease} * interval '1 millisecond'
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`,

  release: (key, token) => ended(key, token),

  keep({ key, criteria }, token, { status, searchedAt, freshUntil, offers, providers }, body) {
    const { origin, destination, departureDate, returnDate } = criteria;
    const results = JSON.stringify({ status, providers, offers: offers.length });
    return sql`
      with ended as (${ended(key, token)})
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

  fail: (key, token, { why, until }) => sql`
    update flight_claims
       set fault = ${why},
           fault_until = ${until},
           claimed_until = now()
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`,
};

function ended(key: string, token: string) {
  return sql`
    delete from flight_claims
     where flight_claims.search_params_hash = ${key}
       and flight_claims.token = ${token}`;
}
