-- The persons that a user books for. What is known of them is one sealed value (base/vault.ts).
create table travelers (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  sealed text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint a_traveler_is_sealed check (sealed ~ '^[1-9]\d*\.[A-Za-z0-9_-]{38,}$'),
  constraint a_traveler_has_one_owner unique (user_id, id)
);

-- Their passports, identity cards, visas and tax numbers, sealed each by itself.
create table traveler_documents (
  id text primary key,
  user_id text not null,
  traveler_id text not null,
  sealed text not null,
  created_at timestamptz not null default now(),
  constraint a_document_is_sealed check (sealed ~ '^[1-9]\d*\.[A-Za-z0-9_-]{38,}$'),
  constraint a_document_is_its_travelers foreign key (user_id, traveler_id) references travelers (user_id, id)
    on delete cascade
);
create index traveler_documents_traveler on traveler_documents (user_id, traveler_id, id);
