-- The keys that seal what persons entrust to us (base/vault.ts). Each lies here wrapped by the key management service,
-- which alone can unwrap it, for this version only. None is deleted: what an old one sealed may be in a backup.
create table data_keys (
  version integer primary key,
  wrapped text not null,
  made_at timestamptz not null default now(),
  constraint versions_count_up check (version >= 1)
);
