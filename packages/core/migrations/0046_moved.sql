-- The rows of the old application's files that arrived: which row here each became or was merged into, what it lost, and
-- digests of what was read and of what was written, so that a later run sees what changed in the file and what changed here.
create table moved_rows (
  source text not null,
  old_id text not null,
  new_id text not null,
  fate text not null,
  why text[] not null default '{}',
  read_digest bytea not null,
  written_digest bytea not null,
  primary key (source, old_id),
  constraint source_is_known check (source in ('users', 'watches', 'bookings', 'searches', 'passenger_profiles')),
  constraint fate_is_known check (fate in ('imported', 'merged')),
  constraint id_is_bounded check (length(old_id) between 1 and 200)
);
-- What an account's rows lost, the merged ones too, and what a deletion of the account empties.
create index moved_rows_by_new_id on moved_rows (new_id);

-- Each run of the importer: how many rows of each table had which fate, and for which reasons.
create table import_runs (
  id text primary key,
  at timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  files text[] not null,
  counts jsonb not null default '{}',
  reasons jsonb not null default '{}'
);

alter table users
  -- A phone number that has no country, as its owner gave it.
  add column phone_as_given text,
  -- When the letter was queued that says what moved and proves the address.
  add column invited_at timestamptz,
  add constraint phone_as_given_is_bounded check (length(phone_as_given) between 1 and 200);

alter table travelers add column legacy_id text unique;

alter table search_analytics add column legacy_id text;

-- What was told before the first check of a series: a watch that was moved in had alerted before. Null for nothing.
alter table watch_changes add column state jsonb;

-- A watch that was moved in may rest because its days are not sold yet, or because its owner has a hundred active ones.
alter table price_watches
  drop constraint pauses_are_known,
  add constraint pauses_are_known check (paused_because in ('person', 'empty', 'silent', 'moved'));

alter table messages
  drop constraint kind_is_known,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made', 'factor_changed',
      'alerts', 'digest', 'test', 'channel_off', 'keep_watching', 'booking_changed', 'moved'
    )
  );
