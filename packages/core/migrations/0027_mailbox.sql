-- Letters to one mailbox are counted by kind, in the statement that queues them.
create table mailbox_letters (
  kind text not null,
  -- SHA-256 of the mailbox's key (users.email_key), in hex: no address stands here.
  mailbox text not null,
  letters integer not null,
  -- The end of the window that is counted; a later letter begins the next one.
  ends_at timestamptz not null,
  primary key (kind, mailbox),
  constraint mailbox_is_a_hash check (mailbox ~ '^[0-9a-f]{64}$'),
  constraint letters_are_positive check (letters > 0)
);
create index mailbox_letters_ends_at on mailbox_letters (ends_at);

-- A person with one name has no last name.
alter table users
  drop constraint name_is_bounded,
  add constraint name_is_bounded check (length(first_name) between 1 and 100 and length(last_name) <= 100);

-- A domain's ASCII form (xn--bcher-kva.example) has the key of the domain it stands for (bücher.example), so that both
-- are one mailbox. Keys that were stored in the ASCII form are decoded (RFC 3492). A key that cannot be decoded stays as
-- it is, and so does one of a mailbox that has another account.
create function pg_temp.decode_label(label text) returns text language plpgsql as $$
declare
  encoded text := substr(label, 5);
  cut integer := length(encoded) - position('-' in reverse(encoded));
  codes integer[] := '{}';
  n integer := 128;
  i integer := 0;
  bias integer := 72;
  at integer;
  previous integer;
  weight integer;
  k integer;
  digit integer;
  low integer;
  delta integer;
begin
  if label !~ '^xn--' then
    return label;
  end if;
  if position('-' in encoded) = 0 then
    at := 1;
  else
    codes := array(
      select ascii(letter)
        from regexp_split_to_table(left(encoded, cut), '') as letter
       where letter <> '');
    at := cut + 2;
  end if;
  while at <= length(encoded) loop
    previous := i;
    weight := 1;
    k := 36;
    loop
      digit := position(substr(encoded, at, 1) in 'abcdefghijklmnopqrstuvwxyz0123456789') - 1;
      if digit < 0 or at > length(encoded) then
        raise exception 'no punycode';
      end if;
      at := at + 1;
      i := i + digit * weight;
      low := least(26, greatest(1, k - bias));
      exit when digit < low;
      weight := weight * (36 - low);
      k := k + 36;
    end loop;
    delta := case when previous = 0 then (i - previous) / 700 else (i - previous) / 2 end;
    delta := delta + delta / (coalesce(cardinality(codes), 0) + 1);
    k := 0;
    while delta > 455 loop
      delta := delta / 35;
      k := k + 36;
    end loop;
    bias := k + 36 * delta / (delta + 38);
    n := n + i / (coalesce(cardinality(codes), 0) + 1);
    i := i % (coalesce(cardinality(codes), 0) + 1);
    codes := codes[:i] || n || codes[i + 1:];
    i := i + 1;
  end loop;
  return (select string_agg(chr(code), '' order by place) from unnest(codes) with ordinality as each (code, place));
end $$;

do $$
declare
  held record;
  decoded text;
begin
  for held in select users.id, users.email_key from users where users.email_key ~ '[@.]xn--' loop
    begin
      select split_part(held.email_key, '@', 1) || '@' || string_agg(pg_temp.decode_label(label), '.' order by place)
        into decoded
        from regexp_split_to_table(split_part(held.email_key, '@', 2), '\.') with ordinality as each (label, place);
      update users set email_key = normalize(lower(normalize(decoded, nfkc)), nfkc) where users.id = held.id;
      update verification_tokens
         set email_key = users.email_key
        from users
       where users.id = held.id
         and verification_tokens.user_id = held.id
         and verification_tokens.email_key = held.email_key;
    exception when others then
      raise notice 'the key of % stays', held.id;
    end;
  end loop;
end $$;
