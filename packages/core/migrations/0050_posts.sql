-- Tips and reviews that people write about a place, and what is done about them.
create table posts (
  id text primary key,
  kind text not null,
  -- An airport or a city, by its code.
  place text not null,
  -- Null where the account was deleted and its owner kept the text.
  user_id text references users (id) on delete cascade,
  state text not null,
  -- What the writer said that the text is in, by ISO 639-1.
  language text not null,
  title text,
  body text not null,
  -- Whether the first name and the initial of the last one are shown.
  named boolean not null default false,
  useful integer not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_at timestamptz,
  -- The order of usefulness: twice as many votes weigh as much as 180 days. It does not change as time passes.
  rank double precision not null generated always as (
    ln(1 + useful) / ln(2)
      + extract(epoch from coalesce(published_at, created_at) at time zone 'UTC')::double precision / (180 * 86400)
  ) stored,
  constraint kind_is_known check (kind in ('tip', 'review')),
  constraint place_is_a_code check (place ~ '^[A-Z]{3}$'),
  constraint state_is_known check (state in ('waiting', 'published', 'hidden', 'withdrawn')),
  constraint language_is_a_code check (language ~ '^[a-z]{2}$'),
  constraint a_review_has_a_title check ((kind = 'review') = (title is not null)),
  constraint text_is_bounded check (length(body) between 1 and 3000 and length(title) between 1 and 80),
  constraint useful_is_not_negative check (useful >= 0),
  constraint published_has_a_moment check (state <> 'published' or published_at is not null)
);
create index posts_by_rank on posts (place, kind, rank desc, id desc) where state = 'published';
create index posts_by_age on posts (place, kind, id desc) where state = 'published';
create index posts_user_id on posts (user_id, id);
create index posts_waiting on posts (id) where state = 'waiting';
create index posts_withdrawn on posts (updated_at) where state = 'withdrawn';
-- One review a person, place and calendar year in UTC.
create unique index one_review_a_year on posts (user_id, place, (extract(year from created_at at time zone 'UTC')))
  where kind = 'review' and state <> 'withdrawn';
-- How many reviews of a place were written lately.
create index reviews_of_a_place on posts (place, created_at) where kind = 'review';

create table travel_tips (
  post_id text primary key references posts (id) on delete cascade,
  kind text not null,
  constraint kind_is_known check (
    kind in ('transit', 'money', 'safety', 'food', 'stay', 'families', 'access', 'other')
  )
);

create table reviews (
  post_id text primary key references posts (id) on delete cascade,
  rating smallint not null,
  -- The first day of the month of the journey.
  travelled_in date not null,
  party text not null,
  purpose text not null,
  -- A booking of ours went there, or one that was moved in.
  flew boolean not null,
  constraint rating_is_one_to_five check (rating between 1 and 5),
  constraint travelled_in_is_a_month check (extract(day from travelled_in) = 1),
  constraint party_is_known check (party in ('alone', 'couple', 'family', 'friends', 'business')),
  constraint purpose_is_known check (purpose in ('beach', 'city', 'nature', 'work', 'visit', 'other'))
);

-- Each text as it was written and after each change of it.
create table post_versions (
  post_id text not null references posts (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  language text not null,
  title text,
  body text not null,
  -- The kind of a tip; the rating, month, party and purpose of a review.
  details jsonb not null,
  primary key (post_id, number)
);

create table post_votes (
  post_id text not null references posts (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  at timestamptz not null,
  primary key (post_id, user_id)
);
create index post_votes_user_id on post_votes (user_id);

create table post_reports (
  post_id text not null references posts (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  reason text not null,
  note text,
  at timestamptz not null,
  -- When an operator decided about the text; null while the report is open.
  decided_at timestamptz,
  primary key (post_id, user_id),
  constraint reason_is_known check (reason in ('spam', 'abuse', 'personal', 'false', 'off_topic', 'other')),
  constraint note_is_bounded check (length(note) between 1 and 500)
);
create index post_reports_user_id on post_reports (user_id);
create index post_reports_open on post_reports (post_id) where decided_at is null;

create table post_decisions (
  post_id text not null references posts (id) on delete cascade,
  number integer not null,
  operator_id text references users (id) on delete set null,
  decision text not null,
  reason text not null,
  at timestamptz not null,
  -- Whether it answers the author's request for a second decision.
  is_second boolean not null,
  primary key (post_id, number),
  constraint decision_is_known check (decision in ('publish', 'hide')),
  constraint reason_is_bounded check (length(reason) between 1 and 500)
);
create index post_decisions_operator_id on post_decisions (operator_id);

-- The author's request for a second decision, one for each text.
create table post_appeals (
  post_id text primary key references posts (id) on delete cascade,
  text text not null,
  at timestamptz not null,
  decided_at timestamptz,
  constraint text_is_bounded check (length(text) between 1 and 1000)
);
create index post_appeals_open on post_appeals (post_id) where decided_at is null;

alter table messages
  drop constraint kind_is_known,
  add constraint kind_is_known check (
    kind in (
      'verify', 'reset', 'email_change_old', 'email_change_new', 'email_taken', 'new_device', 'password_changed',
      'email_changed', 'export_ready', 'account_deleted', 'watch_ended', 'watch_paused', 'key_made', 'factor_changed',
      'alerts', 'digest', 'test', 'channel_off', 'keep_watching', 'booking_changed', 'moved', 'post_decided'
    )
  );
