-- What people were told, and why.
create table alerts (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  watch_id text not null references price_watches (id) on delete cascade,
  fare_id text not null references fares (id) on delete cascade,
  at timestamptz not null,
  price bigint not null,
  previous_price bigint,
  currency text not null,
  rules text[] not null,
  already_true boolean not null,
  mistake_fare boolean not null,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  constraint alert_is_told_once unique (watch_id, at),
  constraint prices_are_positive check (price > 0 and previous_price > 0),
  constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint rules_are_known check
    (cardinality(rules) > 0 and rules <@ array['target', 'drop', 'new_low', 'route_low'])
);
create index alerts_user_id on alerts (user_id, id);

-- Each rule speaks once for each time it was armed (epoch) and each step it fell (level).
create table alert_rules (
  watch_id text not null references price_watches (id) on delete cascade,
  rule text not null,
  epoch integer not null,
  level integer not null,
  alert_id text not null references alerts (id) on delete cascade,
  primary key (watch_id, rule, epoch, level)
);
create index alert_rules_alert_id on alert_rules (alert_id);

-- The outbox: what is still to be sent, claimed like fares are; the alert's id is the message's idempotency key.
create table alert_deliveries (
  alert_id text not null references alerts (id) on delete cascade,
  channel text not null,
  status text not null default 'pending',
  due_at timestamptz not null default now(),
  claimed_by text,
  claimed_until timestamptz,
  attempts integer not null default 0,
  sent_at timestamptz,
  primary key (alert_id, channel),
  constraint channel_is_known check (channel in ('email')),
  constraint status_is_known check (status in ('pending', 'sent', 'failed', 'held'))
);
create index alert_deliveries_due_at on alert_deliveries (due_at) where status = 'pending';
