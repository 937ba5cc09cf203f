-- Orders that the simulated market has taken: it keeps them as a seller does, without names.
create table simulated_orders (
  id text primary key,
  -- The airline's reference, which may repeat.
  reference text not null,
  created_at timestamptz not null,
  total bigint not null,
  currency text not null,
  metadata jsonb not null,
  seats smallint not null,
  -- The terms of the offer that was bought: what a cancellation gives back.
  refund jsonb,
  tickets text[] not null default '{}',
  departs_at timestamptz not null,
  paid_at timestamptz,
  pay_by timestamptz,
  price_until timestamptz,
  -- A cancellation that was asked for, and when it is no longer to be had.
  cancellation_id text unique,
  cancellation_until timestamptz,
  cancelled_at timestamptz,
  constraint total_is_positive check (total > 0)
);
create index simulated_orders_created_at on simulated_orders (created_at, id);

-- A booking is worked on step by step, each written before it is taken.
alter table bookings
  -- Whose data it is made of: null where it was moved in.
  add column watch_id text references price_watches (id) on delete set null,
  -- What is to be done next; null when nothing is.
  add column step text,
  add column due_at timestamptz,
  add column step_at timestamptz,
  add column claimed_until timestamptz,
  add column attempts integer not null default 0,
  add column fence bigint not null default 0,
  -- The offer that is bought, as it was found for this party.
  add column offer jsonb,
  add column simulated boolean not null default false,
  add column hold boolean not null default false,
  -- When the seller was asked for the order: from then on it may exist.
  add column asked_at timestamptz,
  -- Since when the order is absent from every complete list of the seller.
  add column absent_since timestamptz,
  add column seller_order text unique,
  -- The airline's reference and the numbers of the tickets, sealed.
  add column sealed text,
  -- The card's token at its company, which a repeated step must name again.
  add column card jsonb,
  add column payment_intent text unique,
  -- How often a card was refused: each try has a key of its own at the card's company.
  add column payment_tries smallint not null default 0,
  add column payment text not null default 'none',
  add column because text,
  add column pay_by timestamptz,
  add column price_until timestamptz,
  add column departs_at timestamptz,
  add column arrives_at timestamptz,
  -- A keyed hash of the travelers and their flights: the same again needs a second word.
  add column twin text,
  add column terms_version text,
  -- What the seller said a cancellation gives back: id, amount, where it goes, until when that holds.
  add column cancellation jsonb,
  add column refund_id text,
  -- The last step of these hours that was told: 24, 3.
  add column reminded smallint,
  add column share_hash text unique,
  add constraint status_is_known check (
    status in (
      'pending', 'action_required', 'ordering', 'unknown', 'confirmed', 'held', 'failed', 'cancelling', 'cancelled',
      'expired'
    )
  ),
  add constraint step_is_known check (
    step in ('authorize', 'act', 'order', 'find', 'capture', 'release', 'pay', 'lapse', 'cancel', 'refund', 'undo',
      'remind'
    )
  ),
  add constraint payment_is_known check (
    payment in ('none', 'authorized', 'paid', 'due', 'released', 'refunding', 'refunded', 'refund_failed')
  ),
  add constraint step_has_a_moment check ((step is null) = (due_at is null));
create index bookings_departs_at on bookings (user_id, departs_at, id);
create index bookings_due_at on bookings (due_at, id) where due_at is not null;
create unique index bookings_twin on bookings (twin)
  where status in ('pending', 'action_required', 'ordering', 'unknown', 'confirmed', 'held', 'cancelling');

-- Watches whose flights are held by themselves when they reach their target: once, until their owner acts.
create table auto_holds (
  watch_id text primary key references price_watches (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  travelers text[] not null,
  terms_version text not null,
  -- Alerts from then on count.
  since timestamptz not null,
  state text not null default 'on',
  booking_id text references bookings (id) on delete set null,
  constraint state_is_known check (state in ('on', 'holding', 'held')),
  constraint somebody_travels check (cardinality(travelers) between 1 and 9)
);
create index auto_holds_user_id on auto_holds (user_id);
create index auto_holds_booking_id on auto_holds (booking_id);

alter table messages
  drop constraint kind_is_known,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made', 'factor_changed',
      'alerts', 'digest', 'test', 'channel_off', 'keep_watching', 'booking_changed'
    )
  );

-- What happened to a booking, in order, without names, tickets and the airline's reference.
create table booking_events (
  booking_id text not null references bookings (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  kind text not null,
  data jsonb not null default '{}',
  primary key (booking_id, number)
);
