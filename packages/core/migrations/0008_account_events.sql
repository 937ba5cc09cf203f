-- How people prove that an address or an account is theirs, what happened to it, and what they like.
alter table users
  -- Counts the passwords an account has had. A change that finds another than it read would set 0, so nothing of it happens.
  add column password_version integer not null default 1,
  add column home_airport text,
  add column currency text,
  add column language text,
  add column time_zone text,
  -- Local times in time_zone; from 22:00 to 07:00 runs over midnight.
  add column quiet_from time,
  add column quiet_to time,
  add constraint password_changes_in_turn check (password_version > 0),
  add constraint password_is_counted unique (id, password_version),
  add constraint home_airport_is_a_code check (home_airport ~ '^[A-Z]{3}$'),
  add constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  add constraint language_is_bounded check (length(language) between 2 and 35),
  add constraint time_zone_is_bounded check (length(time_zone) between 2 and 64),
  add constraint quiet_hours_are_whole check ((quiet_from is null) = (quiet_to is null) and quiet_from <> quiet_to);

-- A session belongs to the password it was opened with: one that is opened with an old password while it changes is refused.
alter table sessions
  add column password_version integer not null default 1,
  add column device text,
  add column network cidr,
  -- When the password was last given.
  add column proven_at timestamptz not null default now(),
  drop constraint sessions_user_id_fkey,
  add constraint session_has_its_password foreign key (user_id, password_version)
    references users (id, password_version) on update cascade on delete cascade;

create table verification_tokens (
  -- SHA-256 of the token, in hex.
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  purpose text not null,
  -- The address it proves, or a reset came to.
  email text not null,
  email_key text not null,
  uses smallint not null default 0,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint id_is_a_hash check (id ~ '^[0-9a-f]{64}$'),
  constraint purpose_is_known check (purpose in ('verify', 'reset', 'email_change_old', 'email_change_new')),
  -- A second use fails, and with it all that was to happen in its transaction.
  constraint token_works_once check (uses <= 1)
);
create index verification_tokens_user_id on verification_tokens (user_id, purpose);
create index verification_tokens_expires_at on verification_tokens (expires_at);

create table account_events (
  id text primary key,
  -- Null where no account has the address that was tried, and once the account is deleted.
  user_id text references users (id) on delete set null,
  event text not null,
  session_id text,
  device text,
  network cidr,
  at timestamptz not null default now(),
  constraint event_is_known check (
    event in (
      'signup', 'login', 'login_failed', 'reset_requested', 'reset', 'password_changed', 'email_change_requested',
      'email_changed', 'session_ended', 'export', 'deletion'
    )
  )
);
create index account_events_user_id on account_events (user_id, at);
create index account_events_at on account_events (at);
