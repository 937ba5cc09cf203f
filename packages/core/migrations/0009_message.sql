-- E-mail on its way: written with the change that it tells of, claimed like fares are.
create table messages (
  id text primary key,
  user_id text references users (id) on delete set null,
  kind text not null,
  -- Where it goes and what it says, which may be a secret link: both are forgotten when it is sent or given up.
  email text,
  data jsonb,
  status text not null default 'pending',
  due_at timestamptz not null default now(),
  claimed_until timestamptz,
  fence bigint not null default 0,
  attempts integer not null default 0,
  -- The mailer's own name for it, and the code of what went wrong last.
  provider_id text,
  failure text,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted'
    )
  ),
  constraint status_is_known check (status in ('pending', 'sent', 'failed')),
  constraint email_is_bounded check (length(email) between 3 and 320),
  constraint what_is_settled_is_forgotten check
    (case status when 'pending' then email is not null and data is not null and settled_at is null
                 else email is null and data is null and settled_at is not null end)
);
create index messages_user_id on messages (user_id);
create index messages_due_at on messages (due_at, id) where status = 'pending';
create index messages_settled_at on messages (settled_at) where settled_at is not null;

-- What somebody asked to be given of all that is held on them.
create table exports (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  claimed_until timestamptz,
  fence bigint not null default 0,
  attempts integer not null default 0,
  -- SHA-256 of the link's token, in hex.
  token_hash text,
  content text,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  constraint token_is_a_hash check (token_hash ~ '^[0-9a-f]{64}$'),
  constraint a_ready_export_is_whole check
    ((content is null) = (token_hash is null) and (content is null) = (expires_at is null))
);
create index exports_user_id on exports (user_id);
create unique index one_export_is_under_way on exports (user_id) where content is null;
create index exports_pending on exports (created_at, id) where content is null;
create index exports_expires_at on exports (expires_at) where expires_at is not null;
