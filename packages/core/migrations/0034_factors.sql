-- Passkeys, codes of an app (TOTP) and recovery codes beside the password.
create table passkeys (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  -- As the authenticator gave them: base64url of the id, and of the public key in COSE form.
  credential_id text not null unique,
  public_key text not null,
  -- The authenticator's count of its signatures; it stays 0 where the passkey is on several devices.
  counter bigint not null,
  transports text[] not null,
  backed_up boolean not null,
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  constraint name_is_bounded check (length(name) between 1 and 100),
  constraint key_is_bounded check (length(credential_id) <= 1400 and length(public_key) <= 8000),
  constraint transports_are_bounded check (cardinality(transports) <= 10),
  -- A signature whose count is not above the last one sets -1, so nothing of its transaction happens.
  constraint counter_moves_on check (counter >= 0)
);
create index passkeys_user_id on passkeys (user_id, id);

-- A session belongs to the passkey it was opened with: one that is opened while that is removed is refused.
alter table sessions
  add column passkey_id text,
  add constraint session_has_its_passkey foreign key (passkey_id) references passkeys (id) on delete set null;
create index sessions_passkey_id on sessions (passkey_id) where passkey_id is not null;

-- What a passkey is to sign: once, within minutes.
create table passkey_challenges (
  -- SHA-256 of its purpose, the session that asked, and the challenge, in hex: it tells nothing about a user.
  id text primary key,
  expires_at timestamptz not null,
  constraint id_is_a_hash check (id ~ '^[0-9a-f]{64}$')
);
create index passkey_challenges_expires_at on passkey_challenges (expires_at);

create table totp_secrets (
  user_id text primary key references users (id) on delete cascade,
  -- Encrypted, for this user alone: it opens with no other row.
  secret text not null,
  -- When the first code was given; no code is asked for before that.
  confirmed_at timestamptz,
  -- The 30 seconds, counted from 1970, of the last code that was taken. A code that was taken before sets -1.
  last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint totp_code_works_once check (last_step >= 0)
);

create table recovery_codes (
  user_id text not null references users (id) on delete cascade,
  -- SHA-256 of the code, in hex.
  hash text not null,
  uses smallint not null default 0,
  created_at timestamptz not null default now(),
  primary key (user_id, hash),
  constraint hash_is_a_hash check (hash ~ '^[0-9a-f]{64}$'),
  constraint recovery_code_works_once check (uses <= 1)
);

-- A right password, where a code is asked for too.
alter table verification_tokens
  drop constraint purpose_is_known,
  add constraint purpose_is_known check (
    purpose in ('verify', 'reset', 'email_change_old', 'email_change_new', 'login')
  );

alter table account_events
  drop constraint event_is_known,
  add constraint event_is_known check (
    event in (
      'signup', 'login', 'login_failed', 'reset_requested', 'reset', 'password_changed', 'email_change_requested',
      'email_changed', 'session_ended', 'export', 'deletion', 'key_made', 'key_used', 'key_revoked', 'passkey_added',
      'passkey_removed', 'totp_on', 'totp_off', 'recovery_renewed', 'recovery_used'
    )
  );
alter table messages
  drop constraint kind_is_known,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made', 'factor_changed'
    )
  );
