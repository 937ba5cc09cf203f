import { type Fragment, sql, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import type { Kind, Mine } from "./schema.ts";

/** How long a text can be changed after it was written. */
export const changeFor = sql`interval '30 days'`;

export const missing = () => new Problem("missing", "post.missing", "There is no such text.");
export const unproven = () => new Problem("forbidden", "user.unproven", "Please prove your e-mail address first.");

/** Whether the account has proven its address. A condition. */
export const isProven = (userId: string) => sql`
  exists (select from users where users.id = ${userId} and users.email_verified)`;

/**
 * The name at a text: the first word of the first name, and the initial of the last name. None where that word is no
 * name: an address, or with digits.
 */
const author = sql`
  (select case
            when split_part(users.first_name, ' ', 1) ~ '^[^0-9@.:/]{1,40}$'
              then split_part(users.first_name, ' ', 1)
                   || case when users.last_name ~ '^[[:alpha:]]' then ' ' || upper(left(users.last_name, 1)) || '.' else '' end
          end
     from users
    where posts.named
      and users.id = posts.user_id)`;

/** The fields that a reader sees of `posts` by their names; `viewer` is the reader's id, null for a stranger. */
function shownFields(viewer: string | null): [name: string, value: Fragment][] {
  return [
    ["id", sql`posts.id`],
    ["place", sql`posts.place`],
    ["language", sql`posts.language`],
    ["body", sql`posts.body`],
    ["author", author],
    ["useful", sql`posts.useful`],
    ["edited", sql`posts.updated_at > posts.created_at`],
    ["writtenAt", utc(sql`posts.created_at`)],
    ["mine", viewer === null ? sql`false` : sql`coalesce(posts.user_id = ${viewer}, false)`],
    [
      "voted",
      viewer === null
        ? sql`false`
        : sql`exists (select from post_votes where post_votes.post_id = posts.id and post_votes.user_id = ${viewer})`,
    ],
  ];
}

const tipFields: [string, Fragment][] = [["kind", sql`travel_tips.kind`]];
const reviewFields: [string, Fragment][] = [
  ["title", sql`posts.title`],
  ["rating", sql`reviews.rating`],
  ["travelledIn", sql`to_char(reviews.travelled_in, 'YYYY-MM')`],
  ["party", sql`reviews.party`],
  ["purpose", sql`reviews.purpose`],
  ["flew", sql`reviews.flew`],
];

const fieldsOf = { tip: tipFields, review: reviewFields };
const join = (parts: Fragment[]) => parts.reduce((all, part) => sql`${all}, ${part}`);
const object = (fields: [string, Fragment][]) =>
  sql`jsonb_build_object(${join(fields.map(([name, value]) => sql`${name}::text, ${value}`))})`;

/** What a reader sees of a text of one kind, as one value. */
export const toShown = (kind: Kind, viewer: string | null) => object([...shownFields(viewer), ...fieldsOf[kind]]);

/** The texts of any kind that `which` chooses, as their writer sees them. */
export function ownPosts(userId: string, which: Fragment, at: Date) {
  const instant = (value: Fragment) => sql`'at', ${utc(value)}`;
  return sql`
    select ${object(shownFields(userId))} || jsonb_build_object(
             'type', posts.kind,
             'state', posts.state,
             'named', posts.named,
             'changeUntil',
               case
                 when posts.state in ('waiting', 'published') and posts.created_at + ${changeFor} > ${at}::timestamptz
                   then ${utc(sql`(posts.created_at + ${changeFor})`)}
               end,
             'decision',
               case
                 when last.decision is not null then
                   jsonb_build_object(
                     'decision', last.decision, 'reason', last.reason, ${instant(sql`last.at`)}, 'second', last.is_second)
               end,
             'appeal',
               case
                 when post_appeals.post_id is not null then
                   jsonb_build_object(
                     'text', post_appeals.text,
                     ${instant(sql`post_appeals.at`)},
                     'decidedAt', ${utc(sql`post_appeals.decided_at`)})
               end,
             'mayAppeal', posts.state = 'hidden' and post_appeals.post_id is null,
             'tip', case when travel_tips.post_id is not null then ${object(tipFields)} end,
             'review', case when reviews.post_id is not null then ${object(reviewFields)} end) as post
      from posts
      left join travel_tips on travel_tips.post_id = posts.id
      left join reviews on reviews.post_id = posts.id
      left join post_appeals on post_appeals.post_id = posts.id
      left join lateral (
             select post_decisions.decision, post_decisions.reason, post_decisions.at, post_decisions.is_second
               from post_decisions
              where post_decisions.post_id = posts.id
              order by post_decisions.number desc
              limit 1
           ) as last on true
     where posts.user_id = ${userId}
       and posts.state <> 'withdrawn'
       ${which}`;
}

export const toMine = (rows: Record<string, unknown>[]): Mine[] => rows.map(({ post }) => post as Mine);
