-- Keys with which a user's programs call the API.
create table api_keys (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  -- SHA-256 of the key, in hex: nothing stored here can be used to call the API.
  hash text not null unique,
  -- The first 8 characters of the key, by which its owner recognises it.
  start text not null,
  name text not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  -- Exact to 10 minutes; null before the first use.
  last_used_at timestamptz,
  network cidr,
  expires_at timestamptz not null,
  constraint hash_is_a_hash check (hash ~ '^[0-9a-f]{64}$'),
  constraint start_is_short check (length(start) = 8),
  constraint name_is_bounded check (length(name) between 1 and 100),
  constraint scopes_are_known check (
    cardinality(scopes) between 1 and 3 and scopes <@ array['read', 'watch', 'export']
  ),
  constraint key_has_an_end check (expires_at <= created_at + interval '366 days')
);
create index api_keys_user_id on api_keys (user_id, id);
create index api_keys_expires_at on api_keys (expires_at);

-- The trail names the key that an event is about, and the owner is told of a new key.
alter table account_events
  add column key_id text,
  drop constraint event_is_known,
  add constraint event_is_known check (
    event in (
      'signup', 'login', 'login_failed', 'reset_requested', 'reset', 'password_changed', 'email_change_requested',
      'email_changed', 'session_ended', 'export', 'deletion', 'key_made', 'key_used', 'key_revoked'
    )
  );
alter table messages
  drop constraint kind_is_known,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made'
    )
  );
