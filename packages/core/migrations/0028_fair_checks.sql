-- When the owner of a watch last had it checked at once.
alter table price_watches add column asked_at timestamptz;
