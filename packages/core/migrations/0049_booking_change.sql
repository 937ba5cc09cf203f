-- A booking is changed by its owner, and its owner answers to what the airline changed.
alter table bookings
  -- What the seller lets be done with the order, as it said last; null where it was not asked.
  add column seller_actions text[],
  -- The flights that it may be changed to, as the seller offered them last, and the one that was chosen.
  add column change jsonb,
  -- The payments of a booking that was changed, oldest first: the first one and those of its changes, as they were taken.
  add column charges jsonb not null default '[]',
  -- What goes back to the card, by payment, in the order in which it goes.
  add column returns jsonb not null default '[]',
  -- What the airline changed, oldest first, and what became of it.
  add column airline_changes jsonb not null default '[]',
  -- How often the seller told that the order changed, and how many of these hints were followed.
  add column hints integer not null default 0,
  add column looked integer not null default 0,
  drop constraint status_is_known,
  add constraint status_is_known check (
    status in (
      'pending', 'action_required', 'ordering', 'unknown', 'confirmed', 'held', 'failed', 'changing', 'cancelling',
      'cancelled', 'expired'
    )
  ),
  drop constraint step_is_known,
  add constraint step_is_known check (
    step in ('authorize', 'act', 'order', 'find', 'capture', 'release', 'pay', 'lapse', 'cancel', 'refund', 'undo',
      'remind', 'change_authorize', 'change_act', 'change', 'change_capture', 'change_release', 'accept'
    )
  );

-- The same travelers on the same flights, also while they are changed.
drop index bookings_twin;
create unique index bookings_twin on bookings (twin)
  where status in (
    'pending', 'action_required', 'ordering', 'unknown', 'confirmed', 'held', 'changing', 'cancelling'
  );

alter table simulated_orders
  -- The terms of a change, and the flights; null of orders that were made before, which cannot be changed.
  add column change jsonb,
  add column slices jsonb;

-- Changes that the simulated market has offered for its orders, and those that were made.
create table simulated_changes (
  id text primary key,
  order_id text not null references simulated_orders (id) on delete cascade,
  slices jsonb not null,
  departs_at timestamptz not null,
  -- What is paid for the change; negative where money comes back.
  due bigint not null,
  penalty bigint not null,
  currency text not null,
  expires_at timestamptz not null,
  confirmed_at timestamptz,
  constraint penalty_is_not_negative check (penalty >= 0)
);
create index simulated_changes_order_id on simulated_changes (order_id);
