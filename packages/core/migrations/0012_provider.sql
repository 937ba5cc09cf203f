-- Who may be asked for fares, what that came to, and who may see and change it.
alter table users
  -- Set by hand alone: no route writes it.
  add column is_operator boolean not null default false;

-- Without a row a provider is on.
create table provider_switches (
  provider text primary key,
  enabled boolean not null,
  -- Rises with each turn: what is told late does not undo a later one.
  version bigint not null default 1,
  changed_at timestamptz not null default now()
);

-- Calls by UTC day. 'asked' is what may have cost money, all else what came of it.
create table provider_days (
  provider text not null,
  day date not null,
  purpose text not null,
  outcome text not null,
  -- Which count it is: a Redis that forgot begins a new one beside the old. 'direct' was counted here, Redis being gone.
  epoch text not null,
  calls bigint not null,
  primary key (provider, day, purpose, outcome, epoch),
  constraint purpose_is_known check (purpose in ('person', 'background')),
  constraint outcome_is_known check (
    outcome in (
      'asked', 'ok', 'partial', 'no_results', 'provider_error', 'rate_limited', 'expired', 'gone', 'abandoned'
    )
  ),
  constraint calls_are_not_negative check (calls >= 0)
);
