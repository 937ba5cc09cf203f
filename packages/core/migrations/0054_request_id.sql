-- The id of the request, or of the run of a clock, that queued a message: log lines, statements and the letter's header
-- have the same. Null in rows of an older version; the next migration checks the others.
alter table messages
  add column request_id text,
  add constraint request_id_fits_a_header check (request_id ~ '^[A-Za-z0-9_=-]{1,64}$') not valid;
