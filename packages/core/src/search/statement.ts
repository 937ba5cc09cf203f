import type { Mention } from "../airport.ts";
import { type Fragment, sql } from "../base/db.ts";
import { start, stop } from "./headline.ts";
import { mine, type Owned } from "./own.ts";
import type { Item } from "./schema.ts";

export type Text = {
  kind: "guide" | "tip" | "review" | "help";
  id: string;
  place: string | null;
  title: string | null;
  language: string;
  headline: string;
};
export type Asked = {
  q: string;
  /** The words that a text must not have, with "or" between them. */
  without: string;
  units: Mention[];
  userId: string | undefined;
  textKinds: Item["kind"][];
  ownKinds: Item["kind"][];
  language: string | undefined;
  limit: number;
  at: Date;
};

/** Candidates of each way of finding. All that is ranked is bounded by it, so that a search costs the same at any size. */
const most = 200;
/** Texts outside the front are searched only for a word that at most this many texts in front have. */
const rare = 300;

/**
 * Searches in one statement.
 *
 * A text is a candidate if it has all words in one language; or any of them and the place is one that is named; or one
 * of the rarest words. Candidates are then ranked: by the share of the words that they have, rare ones counting more, a
 * named place as a word; by `ts_rank` with the title above the body; and a little by votes, age and the reader's
 * language.
 *
 * What keeps the cost from growing with the number of texts: of tips and reviews only those in front (the best 50 of a
 * place and language, and what was written since) are searched for any word; the others only for all words beside those
 * of a named place, where one is so rare that its list is short. A text outside the front is thus not found by common
 * words alone.
 */
export async function search(asked: Asked): Promise<{
  texts: Text[];
  mine: Owned[];
  instead: { word: string; better: string }[];
  /** Whether some text has all that was typed. */
  isWhole: boolean;
}> {
  const { q, without, units, textKinds, userId, limit, language, at } = asked;
  const last = units.length - 1;
  const typed = units.map(({ word, codes }, at) => ({ word, codes, prefix: at === last && word.length > 2 }));
  const rest = units.flatMap(({ word, codes }) => (codes.length > 0 ? [] : word));
  const codes = [...new Set(units.flatMap((unit) => unit.codes))];
  // Quotes, "or" and a minus mean something: what they leave out must not come back by single words.
  const isExact = without !== "" || /"|\sor\s/i.test(q);
  const [row] = await sql`
    with typed as (
      select row_number() over () as number, word, codes, prefix
        from jsonb_to_recordset(${JSON.stringify(typed)}::jsonb) as typed (word text, codes text[], prefix boolean)
    ),
    units as materialized (
      select typed.number, typed.word, typed.codes, typed.prefix,
             meaning.query || case when typed.prefix
               then to_tsquery('search_simple', quote_literal(typed.word) || ':*') else '' end as query,
             case when search_is_stop(typed.word) then 0.3
               else greatest(12 - ln(1 + frequency.documents), 1) end as weight,
             search_is_stop(typed.word) as is_stop,
             frequency.documents
        from typed
       cross join lateral (select search_query(typed.word) as query) as meaning
       cross join lateral (
         select coalesce(sum(search_words.documents), 0)::float8 as documents
           from search_words
          where search_words.stem
            and search_words.word = any(tsvector_to_array(
                  to_tsvector('search_en', typed.word) || to_tsvector('search_de', typed.word)
                    || to_tsvector('search_fr', typed.word) || to_tsvector('search_es', typed.word)
                    || to_tsvector('search_ru', typed.word)))
       ) as frequency
       where numnode(meaning.query) > 0
    ),
    told as materialized (
      select ${codes}::text[] as codes,
             ${without === "" ? sql`search_query(${q})` : sql`search_query(${q}) && !!search_query(${without})`} as strict,
             nullif(search_query(${isExact ? "" : rest.join(" ")}), '') as rest,
             (select string_agg('(' || query::text || ')', ' | ')::tsquery
                from units
               where not is_stop) as any_word,
             case when ${isExact} then null else (
               select string_agg('(' || query::text || ')', ' | ')::tsquery
                 from units
                where not is_stop
                  and codes = '{}'
             ) end as any_other,
             case when ${isExact} then null else (
               select string_agg('(' || query::text || ')', ' | ')::tsquery
                 from (select query, sum(documents) over (order by documents, number) - documents as before
                         from units
                        where not is_stop
                          and codes = '{}') as ordered
                where before < ${most}
             ) end as rarest,
             (select min(documents) from units where not is_stop and codes = '{}') as least,
             (select sum(weight) from units) as weight
    ),
    candidates as materialized (
      ${textKinds.length === 0 ? sql`select null::text as kind, null::text as id where false` : candidates(isExact, codes, textKinds)}
    ),
    known as (
      select distinct kind, id from candidates
    ),
    documents as (
      ${documents(language ?? "en")}
    ),
    ranked as materialized (
      select documents.kind, documents.id, documents.place, documents.title, documents.language, documents.body,
             10 * (
               select sum(units.weight)
                 from units
                where documents.words @@ units.query
                   or documents.place = any(units.codes)
             ) / told.weight
               + case when documents.words @@ coalesce(told.rest, told.strict) then 1 else 0 end
               + 2 * ts_rank('{0, 0, 0.5, 1}', documents.words, told.any_word, 2)
               + 0.15 * ln(1 + documents.useful)
               + 0.3 * exp(-greatest(extract(epoch from ${at}::timestamptz - documents.at), 0) / (365 * 86400))
               + case when documents.language = ${language ?? ""} then 0.5 else 0 end as score,
             documents.words @@ coalesce(told.rest, told.strict) as is_whole
        from documents, told
       where documents.kind = any(${textKinds}::text[])
    ),
    best as (
      select *
        from ranked
       where score > 0
       order by score desc, id
       limit ${limit}
    )
    select (
             select coalesce(json_agg(json_build_object(
                      'kind', best.kind, 'id', best.id, 'place', best.place, 'title', best.title,
                      'language', best.language,
                      'headline', ts_headline(search_config(best.language), translate(best.body, ${start + stop}, ''),
                        coalesce(told.any_word, told.strict), ${`StartSel=${start}, StopSel=${stop}, MinWords=16, MaxWords=30`})
                    ) order by best.score desc, best.id), '[]')
               from best, told
           ) as texts,
           ${userId === undefined ? sql`'[]'::json` : mine(userId, codes, asked.ownKinds, limit)} as mine,
           exists (select from best where is_whole) as "isWhole",
           ${instead} as instead`;
  return row as Awaited<ReturnType<typeof search>>;
}

/** The texts that are ranked, by each way of finding. */
function candidates(isExact: boolean, codes: string[], kinds: Item["kind"][]): Fragment {
  const ways = [
    sql`
      (select 'post' as kind, posts.id
         from told, posts
        where ${isFront(kinds)}
          and posts.words @@ told.strict
        limit ${most})`,
    sql`
      (select 'post', posts.id
         from told, posts
        where posts.state = 'published'
          and not posts.in_front
          and posts.kind = any(${kinds}::text[])
          and posts.words @@ coalesce(told.rest, told.strict)
          and (${codes.length === 0} or posts.place = any(${codes}::text[]) or posts.words @@ told.strict)
          and told.least <= ${rare}
        limit ${most})`,
    sql`
      (select 'guide', guide_versions.id
         from told, guide_versions
        where guide_versions.state = 'published'
          and guide_versions.words @@ told.strict
        limit ${most})`,
    sql`
      (select 'help', help_pages.name || '/' || help_pages.language
         from told, help_pages
        where help_pages.words @@ ${isExact ? sql`told.strict` : sql`told.any_word`}
        limit ${most})`,
  ];
  if (!isExact) {
    ways.push(sql`
      (select 'post', posts.id
         from told, posts
        where ${isFront(kinds)}
          and posts.words @@ told.rarest
        limit ${most})`);
    ways.push(sql`
      (select 'guide', guide_versions.id
         from told, guide_versions
        where guide_versions.state = 'published'
          and guide_versions.words @@ told.rarest
        limit ${most})`);
  }
  if (!isExact && codes.length > 0) {
    ways.push(sql`
      (select 'post', posts.id
         from told, posts
        where ${isFront(kinds)}
          and posts.place = any(${codes}::text[])
          and (told.any_other is null or posts.words @@ told.any_other)
        order by posts.rank desc
        limit ${most})`);
    ways.push(sql`
      (select 'guide', guide_versions.id
         from told, guide_versions
        where guide_versions.state = 'published'
          and guide_versions.place = any(${codes}::text[])
          and (told.any_other is null or guide_versions.words @@ told.any_other)
        limit ${most})`);
  }
  return ways.reduce((all, way) => sql`${all} union all ${way}`);
}

const isFront = (kinds: Item["kind"][]) =>
  sql`posts.state = 'published' and posts.in_front and posts.kind = any(${kinds}::text[])`;

/** The candidates with what their rank and their headline need. Of a page of help one language: the reader's, else English. */
const documents = (language: string) => sql`
      select posts.kind, posts.id, posts.place, posts.title, posts.language, posts.body, posts.words, posts.useful,
             posts.published_at as at
        from known
        join posts on posts.id = known.id
       where known.kind = 'post'
         and posts.state = 'published'
       union all
      select 'guide', guide_versions.id, guide_versions.place, guide_versions.title, guide_versions.language,
             guide_versions.body, guide_versions.words, 3, guide_versions.checked_on::timestamptz
        from known
        join guide_versions on guide_versions.id = known.id
       where known.kind = 'guide'
         and guide_versions.state = 'published'
       union all
      select 'help', help_pages.name, null, help_pages.title, help_pages.language, help_pages.body, help_pages.words, 3,
             null
        from known
        join help_pages on help_pages.name || '/' || help_pages.language = known.id
       where known.kind = 'help'
         and not exists (
               select
                 from help_pages as better
                where better.name = help_pages.name
                  and (better.language = ${language} and help_pages.language <> ${language}
                    or better.language = 'en' and help_pages.language not in ('en', ${language}))
             )`;

/** For each word that no text has, the most similar one that some have; only where no text has all that was typed. */
const instead = sql`
           case when exists (select from best where is_whole) then '[]'::json
             else (
               select coalesce(json_agg(json_build_object('word', units.word, 'better', better.word)), '[]')
                 from units
                cross join lateral (
                  select search_words.word
                    from search_words
                   where not search_words.stem
                     and search_words.word % units.word
                     and search_words.word !~ '[^[:alpha:]]'
                   order by similarity(search_words.word, units.word) desc, search_words.documents desc
                   limit 1
                ) as better
                where units.codes = '{}'
                  and not units.is_stop
                  and units.documents = 0
                  and length(units.word) > 3
             )
           end`;
