-- What a repeated POST is answered with. The resource's id is chosen before it is made, so that a request that died
-- half way makes the same thing when it comes again.
create table idempotency_keys (
  user_id text not null references users (id) on delete cascade,
  key text not null,
  request_hash text not null,
  resource_id text not null,
  claimed_until timestamptz not null,
  status smallint,
  body text,
  created_at timestamptz not null default now(),
  primary key (user_id, key),
  constraint key_is_printable check (key ~ '^[ -~]{1,255}$'),
  constraint an_answer_is_whole check ((status is null) = (body is null))
);
create index idempotency_keys_created_at on idempotency_keys (created_at);
