-- One customer at Stripe for each account that has asked to keep a card. Written before Stripe is asked, so that a
-- customer whose answer was lost can be found again by the account's id in its metadata.
create table payment_customers (
  user_id text primary key references users (id) on delete cascade,
  customer text unique,
  asked_at timestamptz not null default now()
);

-- Stripe holds the card itself: here are its token and what its owner recognises it by.
create table payment_methods (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  token text not null unique,
  brand text not null,
  last_four text not null,
  expires_month smallint not null,
  expires_year smallint not null,
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  constraint last_four_are_digits check (last_four ~ '^\d{4}$'),
  constraint expiry_is_a_month check (expires_month between 1 and 12 and expires_year between 2000 and 2200)
);
create index payment_methods_user_id on payment_methods (user_id, id);
create unique index payment_methods_default on payment_methods (user_id) where is_default;

-- What Stripe is to delete: a card's token, a customer, or the customer of an account that is not known by its id.
-- Rows have no reference to a user, because the account may be gone.
create table payment_removals (
  subject text primary key,
  due_at timestamptz not null default now(),
  tries integer not null default 0,
  constraint subject_is_at_stripe check (subject ~ '^(pm|cus|usr)_')
);
create index payment_removals_due_at on payment_removals (due_at);

-- Events that sellers have sent, each handled once.
create table seller_events (
  seller text not null,
  event text not null,
  received_at timestamptz not null default now(),
  handled_at timestamptz,
  primary key (seller, event),
  constraint seller_is_known check (seller in ('stripe', 'duffel'))
);
create index seller_events_received_at on seller_events (received_at);
