-- Since when a channel has been on again after it was off: reports of mail from before do not count. `released_at`: when
-- its address was last taken off SES's list of addresses that it sends nothing to.
alter table channels
  add column on_at timestamptz,
  add column released_at timestamptz;

-- What SES reported of letters to a person's address, each report once: `id` is SES's id of the letter and the kind.
create table mail_events (
  id text primary key,
  channel_id text not null references channels (id) on delete cascade,
  kind text not null,
  at timestamptz not null,
  constraint id_is_bounded check (length(id) <= 200),
  constraint kind_is_known check (kind in ('bounced', 'complained', 'delayed'))
);
create index mail_events_channel_id on mail_events (channel_id, at);
create index mail_events_at on mail_events (at);
