-- What a channel is told about: null for everything.
alter table channels
  add column about text[],
  add constraint about_is_known check (about <@ array['alert.created', 'watch.ended', 'watch.paused', 'booking.changed']);

-- Why the message of an alert did not go at once: the quiet hours, the most a day, a pause of all messages, a sender that
-- was late, or channels that had failed.
alter table alert_deliveries
  add column held_because text,
  add constraint holds_are_known check (held_because in ('quiet', 'most', 'paused', 'late', 'outage'));

-- A person whose messages were given up, so that a channel which works again brings what they said.
create index messages_given_up on messages (user_id) where status = 'failed' and kind in ('alerts', 'digest');

-- When the words of a message were written, before its first try: it may have waited for weeks until then, and is given up
-- a day after.
alter table messages add column tried_at timestamptz;
