-- People and how they stay signed in.
create table users (
  id text primary key,
  legacy_id text unique,
  -- As typed; email_key is its NFKC, lower-case form, so that one mailbox is one account.
  email text not null,
  email_key text not null unique,
  email_verified boolean not null default false,
  password_hash text not null,
  first_name text not null,
  last_name text not null,
  phone text,
  preferred_airlines text[] not null default '{}',
  preferred_airports text[] not null default '{}',
  seat_preference text not null default 'aisle',
  meal_preference text not null default 'standard',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint email_is_bounded check (length(email) between 3 and 320 and length(email_key) between 3 and 320),
  constraint name_is_bounded check (length(first_name) between 1 and 100 and length(last_name) between 1 and 100),
  constraint phone_is_e164 check (phone ~ '^\+[1-9][0-9]{6,14}$')
);

create table sessions (
  -- SHA-256 of the token, in hex: nothing stored here can be used to sign in. It is the seed's token_hash.
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  constraint id_is_a_hash check (id ~ '^[0-9a-f]{64}$')
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);
