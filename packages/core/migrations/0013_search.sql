-- The copy of an answer that outlives Redis. `packed` is what Redis holds, `results` says what it is; `expires_at` is
-- until when it is fresh, and it is kept for a week more.
alter table flight_cache
  add column searched_at timestamptz not null default now(),
  add column packed bytea;
-- It is compressed already.
alter table flight_cache alter column packed set storage external;

-- Who is asking the providers while Redis, which knows that otherwise, does not answer; and what came of it, if nothing.
create table flight_claims (
  search_params_hash text primary key,
  token text not null,
  claimed_until timestamptz not null,
  fault text,
  fault_until timestamptz,
  constraint fault_has_an_end check ((fault is null) = (fault_until is null))
);
create index flight_claims_claimed_until on flight_claims (claimed_until);
