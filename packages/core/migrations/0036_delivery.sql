-- Alerts are delivered. What had piled up before is not: it holds prices of months ago.
update alert_deliveries
   set status = 'not_sent'
 where status = 'pending';

-- An alert knows the offer that was judged, and when the provider confirmed it. `planned_at` says when its messages were
-- planned, null until then: the alerts from before count as planned.
alter table alerts
  add column offer jsonb,
  add column confirmed_at timestamptz,
  add column planned_at timestamptz default '1970-01-01 00:00:00+00';
alter table alerts alter column planned_at drop default;
create index alerts_unplanned on alerts (user_id, id) where planned_at is null;

-- Where the messages of a person go. What opens an address (the address itself, a token) is sealed; `shown` is the part
-- that its owner sees. A feed is found by the hash of the token in its address.
create table channels (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  kind text not null,
  name text,
  shown text,
  sealed text,
  token_hash text unique,
  token_until timestamptz,
  status text not null default 'on',
  off_because text,
  -- Raised by each change of what opens the channel; the secret of a webhook is derived from it.
  version integer not null default 1,
  version_at timestamptz not null default now(),
  -- Since when everything has failed, and the last success.
  failing_since timestamptz,
  worked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint kind_is_known check (
    kind in ('email', 'webhook', 'push', 'ntfy', 'slack', 'discord', 'telegram', 'atom', 'calendar')
  ),
  constraint name_is_bounded check (length(name) between 1 and 60),
  constraint address_is_bounded check (length(shown) <= 255 and length(sealed) <= 8000),
  constraint status_is_known check (status in ('on', 'paused', 'unproven', 'off')),
  constraint off_has_a_reason check ((status = 'off') = (off_because is not null)),
  constraint reasons_are_known check (
    off_because in ('bounced', 'complained', 'bounced_often', 'unsubscribed', 'gone', 'failing')
  )
);
create index channels_user_id on channels (user_id, id);
create unique index channel_email_is_one on channels (user_id) where kind = 'email';

-- Everybody has one e-mail channel, by the id of the account; its address is the account's.
insert into channels (id, user_id, kind, created_at)
select 'chn_' || substr(users.id, 5), users.id, 'email', users.created_at
  from users;

create function make_email_channel() returns trigger language plpgsql as $$
begin
  insert into channels (id, user_id, kind) values ('chn_' || substr(new.id, 5), new.id, 'email');
  return null;
end
$$;
create trigger users_have_an_email_channel after insert on users
  for each row execute function make_email_channel();

-- The channels of a watch: null for all of its owner's.
alter table price_watches add column channels text[];

-- How many messages a day, when the rest comes as one, and a pause of all of them, on the person's own clocks. Quiet
-- hours are from ten to seven, unless a person chose.
alter table users
  add column messages_a_day smallint not null default 3,
  add column digest_at time not null default '08:00',
  add column messages_paused_until date,
  alter column quiet_from set default '22:00',
  alter column quiet_to set default '07:00',
  add constraint messages_a_day_are_few check (messages_a_day between 0 and 20);
update users
   set quiet_from = '22:00',
       quiet_to = '07:00'
 where quiet_from is null;

-- When a person was last seen, to a day: by a request with a session or a key, or a link in a message. A person who is
-- not seen for long is asked once whether to go on watching.
alter table users
  add column seen_at timestamptz not null default now(),
  add column asked_to_keep_at timestamptz;
create index users_seen_at on users (seen_at);
create index users_asked_to_keep_at on users (asked_to_keep_at) where asked_to_keep_at is not null;
alter table price_watches
  drop constraint pauses_are_known,
  add constraint pauses_are_known check (paused_because in ('person', 'empty', 'silent'));

-- A row of `users` that another transaction holds is left as it is: waiting for it could deadlock.
create function note_seen() returns trigger language plpgsql as $$
begin
  update users
     set seen_at = new.last_used_at
   where users.id = (
           select users.id
             from users
            where users.id = new.user_id
              and users.seen_at < new.last_used_at - interval '1 day'
              for no key update skip locked
         );
  return null;
end
$$;
create trigger sessions_are_seen after insert or update of last_used_at on sessions
  for each row execute function note_seen();
create trigger keys_are_seen after update of last_used_at on api_keys
  for each row execute function note_seen();

-- One outbox: letters about an account go to an address, all else to a channel. The words of a message are kept from
-- before its first try on, so that a repetition has the same. `slot_at`: for when a message of alerts was planned; `due_at`
-- moves with each try. `checked_until`: until when a message that was held waits for a newer price.
alter table messages
  add column channel_id text references channels (id) on delete cascade,
  add column words jsonb,
  add column held boolean not null default false,
  add column slot_at timestamptz,
  add column checked_until timestamptz,
  drop constraint kind_is_known,
  drop constraint status_is_known,
  drop constraint what_is_settled_is_forgotten,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made', 'factor_changed',
      'alerts', 'digest', 'test', 'channel_off', 'keep_watching'
    )
  ),
  add constraint status_is_known check (status in ('pending', 'sent', 'failed', 'dropped')),
  add constraint message_has_a_way check (status <> 'pending' or email is not null or channel_id is not null),
  add constraint what_is_settled_is_forgotten check (
    case status
      when 'pending' then data is not null and settled_at is null
      else email is null and data is null and settled_at is not null and (words is null or channel_id is not null)
    end
  );
create index messages_channel_id on messages (channel_id, id) where channel_id is not null;

-- An alert on one channel: in which message, and what came of it. `channel` is the channel's id.
alter table alert_deliveries
  add column message_id text references messages (id) on delete set null,
  add column because text,
  drop constraint channel_is_known,
  drop constraint status_is_known,
  add constraint status_is_known check (status in ('pending', 'sent', 'failed', 'held', 'dropped', 'not_sent')),
  add constraint channel_is_bounded check (length(channel) between 5 and 30),
  add constraint reasons_are_known check (because in ('over', 'price', 'channel'));
create index alert_deliveries_message_id on alert_deliveries (message_id) where message_id is not null;
drop index alert_deliveries_due_at;

-- What a channel of a machine answered to each try.
create table channel_tries (
  id text primary key,
  channel_id text not null references channels (id) on delete cascade,
  message_id text references messages (id) on delete set null,
  at timestamptz not null,
  outcome text not null,
  code text,
  milliseconds integer not null,
  answer text,
  constraint outcome_is_known check (outcome in ('sent', 'delayed', 'refused')),
  constraint answer_is_bounded check (length(answer) <= 1024 and length(code) <= 60)
);
create index channel_tries_channel_id on channel_tries (channel_id, id);
create index channel_tries_at on channel_tries (at);
