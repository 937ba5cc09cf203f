import { sql } from "../base/db.ts";

/** The best texts of each place and language that are searched for any of their words. */
const inFront = 50;
/** A word is known when this many texts have it. */
const fewest = 3;

/** The texts that one statement moves, so that each stays short. */
const batch = 2_000;

/**
 * Chooses the texts in front, 50 by rank of each place and language, and counts the words of those, of guides and of
 * help. A text that is published later is in front until the next run. Writes only what differs; after `within`
 * milliseconds the rest of the texts waits for the next run.
 * @returns how many texts came to the front or left it, and how many words are known
 */
export async function maintain({ within = 20_000 } = {}): Promise<{ moved: number; words: number }> {
  const until = Date.now() + within;
  let all = 0;
  for (let last = batch; last === batch && Date.now() < until; all += last) last = await move();
  return { moved: all, words: await count() };
}

async function move(): Promise<number> {
  const [row] = await sql`
    with ordered as (
      select posts.id,
             posts.in_front as was,
             row_number() over (partition by posts.place, posts.language order by posts.rank desc, posts.id desc)
               <= ${inFront} as is
        from posts
       where posts.state = 'published'
    ),
    wrong as (
      select posts.id, ordered.is
        from ordered
        join posts on posts.id = ordered.id
       where ordered.is <> ordered.was
       order by posts.id
       limit ${batch}
         for no key update of posts skip locked
    ),
    moved as (
      update posts
         set in_front = wrong.is
        from wrong
       where posts.id = wrong.id
      returning 1
    )
    select count(*)::float8 as moved from moved`;
  return row?.moved as number;
}

/** Counts the words of the texts, of the indexes' kind and as people write them. */
async function count(): Promise<number> {
  const [known] = await sql`
    with counted as materialized (
      select word, true as stem, ndoc as documents
        from ts_stat(${`
          select words from posts where state = 'published' and in_front
           union all
          select words from guide_versions where state = 'published'
           union all
          select words from help_pages`})
       where ndoc >= ${fewest}
       union all
      select word, false, ndoc
        from ts_stat(${`
          select to_tsvector('search_simple', concat_ws(' ', title, body))
            from posts
           where state = 'published' and in_front
           union all
          select to_tsvector('search_simple', concat_ws(' ', title, body)) from guide_versions where state = 'published'
           union all
          select to_tsvector('search_simple', concat_ws(' ', title, body)) from help_pages`})
       where ndoc >= ${fewest}
    ),
    forgotten as (
      delete from search_words
       where not exists (
               select from counted where counted.word = search_words.word and counted.stem = search_words.stem
             )
    ),
    written as (
      insert into search_words (word, stem, documents)
      select word, stem, documents
        from counted
       order by word, stem
       on conflict (word, stem) do update
          set documents = excluded.documents
        where search_words.documents <> excluded.documents
    )
    select count(*)::float8 as words from counted where not stem`;
  return known?.words as number;
}
