-- One search over places, guides, tips, reviews and pages of help. The words of a text are found with or without their
-- accents, in any form that its language makes of them.
create extension if not exists unaccent;
create extension if not exists pg_trgm;

create text search configuration search_en (copy = english);
alter text search configuration search_en
  alter mapping for hword, hword_part, word with unaccent, english_stem;
create text search configuration search_de (copy = german);
alter text search configuration search_de
  alter mapping for hword, hword_part, word with unaccent, german_stem;
create text search configuration search_fr (copy = french);
alter text search configuration search_fr
  alter mapping for hword, hword_part, word with unaccent, french_stem;
create text search configuration search_es (copy = spanish);
alter text search configuration search_es
  alter mapping for hword, hword_part, word with unaccent, spanish_stem;
create text search configuration search_ru (copy = russian);
alter text search configuration search_ru
  alter mapping for hword, hword_part, word with unaccent, russian_stem;
-- For a text in any other language: its words as they are.
create text search configuration search_simple (copy = simple);
alter text search configuration search_simple
  alter mapping for hword, hword_part, word with unaccent, simple;

-- The configuration of a text by its language, ISO 639-1.
create function search_config(language text) returns regconfig
  language sql immutable parallel safe
  return case language
    when 'en' then 'search_en'::regconfig
    when 'de' then 'search_de'::regconfig
    when 'fr' then 'search_fr'::regconfig
    when 'es' then 'search_es'::regconfig
    when 'ru' then 'search_ru'::regconfig
    else 'search_simple'::regconfig
  end;

-- What a typed text means in any of the languages: all its words, in one of them.
create function search_query(typed text) returns tsquery
  language sql immutable parallel safe
  return websearch_to_tsquery('search_en', typed) || websearch_to_tsquery('search_de', typed)
    || websearch_to_tsquery('search_fr', typed) || websearch_to_tsquery('search_es', typed)
    || websearch_to_tsquery('search_ru', typed) || websearch_to_tsquery('search_simple', typed);

-- Whether a word says nothing by itself in one of the languages, such as "from".
create function search_is_stop(word text) returns boolean
  language sql immutable parallel safe
  return 0 = any (array[
    numnode(websearch_to_tsquery('search_en', word)), numnode(websearch_to_tsquery('search_de', word)),
    numnode(websearch_to_tsquery('search_fr', word)), numnode(websearch_to_tsquery('search_es', word)),
    numnode(websearch_to_tsquery('search_ru', word))]);

alter table posts
  add column words tsvector not null generated always as (
    setweight(to_tsvector(search_config(language), coalesce(title, '')), 'A')
      || setweight(to_tsvector(search_config(language), body), 'B')
  ) stored,
  -- Whether the text is among the best of its place and language, which a search reads for any of its words.
  add column in_front boolean not null default true;
create index posts_words_front on posts using gin (words) with (fastupdate = off) where state = 'published' and in_front;
create index posts_words_back on posts using gin (words) with (fastupdate = off)
  where state = 'published' and not in_front;
create index posts_front on posts (place, language, rank desc) where state = 'published' and in_front;

alter table guide_versions
  add column words tsvector not null generated always as (
    setweight(to_tsvector(search_config(language), title), 'A')
      || setweight(to_tsvector(search_config(language), body), 'B')
  ) stored;
create index guide_versions_words on guide_versions using gin (words) with (fastupdate = off) where state = 'published';

-- Pages of help in the web client, written in packages/core/data/help/ and brought here by `npm run seed`.
create table help_pages (
  name text not null,
  language text not null,
  -- The order in the list of all pages.
  place_in_list smallint not null,
  title text not null,
  -- What is shown of the Markdown text (base/prose.ts), and its words.
  blocks jsonb not null,
  body text not null,
  words tsvector not null generated always as (
    setweight(to_tsvector(search_config(language), title), 'A')
      || setweight(to_tsvector(search_config(language), body), 'B')
  ) stored,
  primary key (name, language),
  constraint name_is_a_path check (name ~ '^[a-z0-9-]{1,60}$'),
  constraint language_is_a_code check (language ~ '^[a-z]{2}$')
);
create index help_pages_words on help_pages using gin (words) with (fastupdate = off);

-- The words of published texts, with the number of texts in front that have them: those of three and more, so that no
-- word shows that stands in one text alone. `stem`: as the indexes have it; else as people write it.
create table search_words (
  word text not null,
  stem boolean not null,
  documents integer not null,
  primary key (word, stem)
);
create index search_words_alike on search_words using gin (word gin_trgm_ops) where not stem;
