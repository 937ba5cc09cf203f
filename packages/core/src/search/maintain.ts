import { sql } from "../base/db.ts";

/** The best texts of each place and language that are searched for any of their words. */
const inFront = 50;
/** A word is known when this many texts have it. */
const fewest = 3;

/**
 * Chooses the texts in front, 50 by rank of each place and language, and counts the words of those, of guides and of
 * help. A text that is published later is in front until the next run. Writes only what differs.
 * @returns how many texts came to the front or left it, and how many words are known
 */
export async function maintain(most = inFront): Promise<{ moved: number; words: number }> {
  const [front] = await sql`
    with ordered as (
      select posts.id,
             row_number() over (partition by posts.place, posts.language order by posts.rank desc, posts.id desc)
               <= ${most} as in_front
        from posts
       where posts.state = 'published'
    ),
    moved as (
      update posts
         set in_front = ordered.in_front
        from ordered
       where posts.id = ordered.id
         and posts.in_front <> ordered.in_front
      returning 1
    )
    select count(*)::float8 as moved from moved`;
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
  return { moved: front?.moved as number, words: known?.words as number };
}
