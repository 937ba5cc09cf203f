import { type Fragment, sql, transaction } from "../base/db.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { toShown } from "./row.ts";
import type { Kind, Rating, ReviewInfo, sorts, TipInfo } from "./schema.ts";

/** What a place's average begins with: as many reviews of this rating as `weight` says. */
const prior = { rating: 3.5, weight: 5 };
/** The least number of reviews for an average. */
const fewest = 5;

/** The rating of a place as one value: an average that leans on the prior, rounded to tenths, and the count. */
const ratingOf = (place: string | Fragment) => sql`
  (select jsonb_build_object(
            'average',
              case
                when count(*) >= ${fewest}
                  then round((${prior.rating * prior.weight}::numeric + sum(reviews.rating)) / (${prior.weight} + count(*)), 1)
              end,
            'count', count(*))
     from posts
     join reviews on reviews.post_id = posts.id
    where posts.place = ${place}
      and posts.kind = 'review'
      and posts.state = 'published')`;

/** The three most useful texts of a kind of a place, as one value. */
const bestOf = (kind: Kind, place: string | Fragment, viewer: string | null) => sql`
  (select coalesce(jsonb_agg(best.shown order by best.rank desc, best.id desc), '[]')
     from (
            select ${toShown(kind, viewer)} as shown, posts.rank, posts.id
              from posts
              left join travel_tips on travel_tips.post_id = posts.id
              left join reviews on reviews.post_id = posts.id
             where posts.place = ${place}
               and posts.kind = ${kind}
               and posts.state = 'published'
             order by posts.rank desc, posts.id desc
             limit 3
          ) as best)`;

/**
 * The three most useful tips and reviews of a place with its rating (`Best`), as one value for a statement of the
 * caller: `` sql`select ${selectBest("LIS")} as posts` ``. `place` is a code in capitals, or a value of the statement;
 * `viewer` is the user who reads.
 */
export const selectBest = (place: string | Fragment, viewer: string | null = null): Fragment => sql`
  jsonb_build_object(
    'tips', ${bestOf("tip", place, viewer)},
    'reviews', ${bestOf("review", place, viewer)},
    'rating', ${ratingOf(place)})`;

type List = { place: string; sort: (typeof sorts)[number]; limit: number; cursor: string | undefined };

const rank = /^-?\d{1,10}(?:\.\d{1,20})?(?:e-?\d{1,3})? [a-z]{3}_[0-9a-z]{26}$/;

/** The statement of a page of published texts of a place. @throws Problem `page.cursor` */
function pageOf(kind: Kind, { place, sort, limit, cursor }: List, which: Fragment, viewer: string | null): Fragment {
  const base = sql`
    select ${toShown(kind, viewer)} as shown, posts.rank::text as rank, posts.id
      from posts
      left join travel_tips on travel_tips.post_id = posts.id
      left join reviews on reviews.post_id = posts.id
     where posts.place = ${place}
       and posts.kind = ${kind}
       and posts.state = 'published'
       ${which}`;
  if (sort === "newest") {
    const after = decodeCursor(cursor);
    return sql`
      ${base} ${after === null ? sql`` : sql`and posts.id < ${after}`}
      order by posts.id desc
      limit ${limit + 1}`;
  }
  const [value, id] = decodeCursor(cursor, rank)?.split(" ") ?? [];
  return sql`
    ${base} ${value === undefined ? sql`` : sql`and (posts.rank, posts.id) < (${value}::float8, ${id}::text)`}
    order by posts.rank desc, posts.id desc
    limit ${limit + 1}`;
}

type Shown = { tip: TipInfo; review: ReviewInfo };

/** A page of the published texts of a place; of reviews with the rating of the place. One request to Postgres. */
export async function list<K extends Kind>(kind: K, asked: List, which: Fragment, viewer: string | null) {
  const { rows, ratings } = await transaction(
    {
      rows: pageOf(kind, asked, which, viewer),
      ratings: kind === "review" ? sql`select ${ratingOf(asked.place)} as rating` : [],
    },
    { readOnly: true },
  );
  const key = ({ rank, id }: Record<string, unknown>) => (asked.sort === "newest" ? String(id) : `${rank} ${id}`);
  const { items, nextCursor } = toPage(rows, asked.limit, key);
  const rating = (ratings[0]?.rating ?? { average: null, count: 0 }) as Rating;
  return { items: items.map(({ shown }) => shown as Shown[K]), nextCursor, rating };
}
