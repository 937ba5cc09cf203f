-- A chat with the bot is found by a keyed hash of its id, so that the person can stop it there. `told_update` and
-- `told_at` are those of the last command that was obeyed: a repeated or an older one changes nothing.
alter table channels
  add column chat_key text,
  add column told_update bigint,
  add column told_at timestamptz;
create index channels_chat_key on channels (chat_key) where chat_key is not null;
