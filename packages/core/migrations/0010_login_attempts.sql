-- What is counted while Redis cannot be asked. A key is a rule and a hash: no address stands here.
create table login_attempts (
  key text primary key,
  attempts integer not null,
  ends_at timestamptz not null,
  constraint attempts_are_positive check (attempts > 0)
);
create index login_attempts_ends_at on login_attempts (ends_at);
