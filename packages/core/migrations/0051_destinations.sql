-- The places that have a guide: the busiest ones, and each for which an operator wrote something.
create table destination_guides (
  code text primary key,
  -- 1 for the place with most flights; null for one that is not among the busiest.
  rank smallint,
  added_at timestamptz not null default now(),
  constraint code_is_a_place check (code ~ '^[A-Z]{3}$'),
  constraint rank_is_positive check (rank > 0)
);

-- What operators write about a place, by section and language. A version is never changed once it is published.
create table guide_versions (
  id text primary key,
  place text not null references destination_guides (code),
  section text not null,
  language text not null,
  state text not null default 'draft',
  -- Grows with each change of a draft.
  revision integer not null default 1,
  title text not null,
  -- The Markdown text, what may be shown of it (base/prose.ts), and its words.
  source text not null,
  blocks jsonb not null,
  body text not null,
  author text references users (id) on delete set null,
  -- The day on which somebody last checked that it is true.
  checked_on date not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  published_at timestamptz,
  constraint state_is_known check (state in ('draft', 'published', 'replaced', 'withdrawn')),
  constraint section_is_known check (section in
    ('overview', 'best_time', 'getting_in', 'getting_around', 'staying', 'food', 'families', 'money', 'safety')),
  constraint language_is_known check (language in ('en', 'de')),
  constraint title_is_bounded check (length(title) between 1 and 100),
  constraint source_is_bounded check (length(source) between 1 and 20000),
  constraint only_drafts_are_unpublished check ((state = 'draft') = (published_at is null))
);
create unique index guide_published on guide_versions (place, section, language) where state = 'published';
create unique index guide_draft on guide_versions (place, section, language) where state = 'draft';
create index guide_versions_of_a_place on guide_versions (place, id);
create index guide_versions_of_an_author on guide_versions (author);

-- Public holidays, and days off at school, of whole countries. Filled by `npm run holidays`.
create table public_holidays (
  country text not null,
  day date not null,
  name text not null,
  -- Its name in the country's own language, where that differs.
  local_name text,
  kind text not null,
  primary key (country, day, name),
  constraint country_is_a_code check (country ~ '^[A-Z]{2}$'),
  constraint kind_is_known check (kind in ('public', 'bank', 'school'))
);

-- What alerts said of a route.
create index alerts_route on alerts (destination, origin, at);
