-- no transaction
-- A claim looks up the first message that waits for a channel, and passes over those behind it.
create index concurrently messages_of_a_channel on messages (channel_id, due_at, id) where status = 'pending' and channel_id is not null;
