import { type Fragment, orMade, sql, transaction } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { changeFor, missing, ownPosts, toMine, unproven } from "./row.ts";
import type { Kind, Mine } from "./schema.ts";

/** A text to add. `side` adds the row of its kind for the row of `written`, and returns its `details`. */
export type Draft = {
  id: string;
  kind: Kind;
  place: string;
  language: string;
  title: string | null;
  body: string;
  named: boolean;
  side: Fragment;
};

/** The fields that a change has; `side` changes the row of its kind for the row of `written`, and returns its `details`. */
export type Edit = Partial<Pick<Draft, "language" | "title" | "body" | "named">> & { kind: Kind; side: Fragment };

/** Reviews of one place in an hour, from which on those that come are held. */
const flood = 20;

/** From this many published texts on an account's texts need no approval. */
const trusted = 2;

/** Whether a text of the account waits for an operator: a condition. */
const waits = (userId: string, at: Date) => sql`
  (select count(*) from posts as known where known.user_id = ${userId} and known.state = 'published') < ${trusted}
  or exists (
       select
         from posts as known
         join post_decisions on post_decisions.post_id = known.id
        where known.user_id = ${userId}
          and known.state <> 'published'
          and post_decisions.decision = 'hide'
          and post_decisions.at > ${at}::timestamptz - interval '30 days')`;

/** Whether 20 reviews of the place were written in the last hour: a condition. */
const isFlooded = (kind: Kind, place: string, at: Date) =>
  kind === "tip"
    ? sql`false`
    : sql`
  ${flood} <= (
    select count(*)
      from posts as known
     where known.kind = 'review'
       and known.place = ${place}
       and known.created_at > ${at}::timestamptz - interval '1 hour'
       and known.created_at <= ${at}::timestamptz)`;

/** The part of a statement that keeps the text of `written` and the details of `side` as the next version. */
const kept = (at: Date) => sql`
  insert into post_versions (post_id, number, at, language, title, body, details)
  select written.id,
         1 + (select count(*) from post_versions where post_versions.post_id = written.id),
         ${at},
         written.language,
         written.title,
         written.body,
         side.details
    from written, side`;

/**
 * Adds a text; repeating it with the same id changes nothing. `isHeld`: the review is held, because 20 others of the
 * place came within an hour. Texts of one account are written one after another, and so are reviews of one place.
 * @throws Problem `user.unproven`, `review.year`
 */
export async function add(userId: string, draft: Draft, at: Date): Promise<{ post: Mine; isHeld: boolean }> {
  const { id, kind, place, language, title, body, named, side } = draft;
  const read = () => ownPosts(userId, sql`and posts.id = ${id}`, at);
  const change = transaction({
    locked: sql`select from users where users.id = ${userId} for no key update`,
    turn:
      kind === "tip" ? [] : sql`select pg_advisory_xact_lock(hashtext('reviews of a place'), hashtext(${place}::text))`,
    added: sql`
      with judged as (
        select users.id as user_id,
               ${isFlooded(kind, place, at)} as flooded,
               ${waits(userId, at)} as waits
          from users
         where users.id = ${userId}
           and users.email_verified
      ), written as (
        insert into posts
          (id, kind, place, user_id, state, language, title, body, named, created_at, updated_at, published_at)
        select ${id}, ${kind}, ${place}, judged.user_id,
               case when judged.waits or judged.flooded then 'waiting' else 'published' end,
               ${language}, ${title}, ${body}, ${named}, ${at}, ${at},
               case when not (judged.waits or judged.flooded) then ${at}::timestamptz end
          from judged
        on conflict do nothing
        returning posts.*
      ), side as (${side}
      ), version as (${kept(at)})
      select judged.flooded
        from judged
        join written on written.user_id = judged.user_id`,
    posts: read(),
    proven: sql`select from users where users.id = ${userId} and users.email_verified`,
  });
  const { added, posts, proven } = await orMade(change, async () => {
    const posts = (await read()) as Record<string, unknown>[];
    return posts.length > 0 ? { locked: [], turn: [], added: [], posts, proven: [{}] } : undefined;
  });
  const [post] = toMine(posts);
  if (post) return { post, isHeld: added[0]?.flooded === true };
  if (proven.length === 0) throw unproven();
  throw new Problem("conflict", "review.year", "You have written a review of this place this year: change that one.");
}

/**
 * Changes a text within 30 days of its writing, and keeps what it was. Where the texts of the account need approval, it
 * waits for that again.
 * @throws Problem `post.missing` (also for another user's), `post.hidden`, `post.closed`, `post.edits`
 */
export async function change(userId: string, id: string, edit: Edit, at: Date): Promise<Mine> {
  const { kind, language = null, title = null, body = null, named = null, side } = edit;
  const own = sql`posts.id = ${id} and posts.user_id = ${userId} and posts.kind = ${kind} and posts.state <> 'withdrawn'`;
  const { found, written, posts } = await transaction({
    locked: sql`select from users where users.id = ${userId} for no key update`,
    found: sql`
      select posts.state,
             posts.created_at + ${changeFor} > ${at}::timestamptz as open
        from posts
       where ${own}`,
    written: sql`
      with written as (
        update posts
           set language = coalesce(${language}, posts.language),
               title = coalesce(${title}, posts.title),
               body = coalesce(${body}, posts.body),
               named = coalesce(${named}::boolean, posts.named),
               state = case when ${waits(userId, at)} then 'waiting' else posts.state end,
               updated_at = ${at}
         where ${own}
           and posts.state in ('waiting', 'published')
           and posts.created_at + ${changeFor} > ${at}::timestamptz
           and ${mostVersions} > (select count(*) from post_versions where post_versions.post_id = posts.id)
        returning posts.*
      ), side as (${side}
      ), version as (${kept(at)})
      select written.id from written`,
    posts: ownPosts(userId, sql`and posts.id = ${id}`, at),
  });
  const [post] = toMine(posts);
  if (written.length > 0 && post) return post;
  const [row] = found as { state: string; open: boolean }[];
  if (!row) throw missing();
  if (row.state === "hidden")
    throw new Problem("conflict", "post.hidden", "This text was hidden: ask for a second decision.");
  if (!row.open) throw new Problem("conflict", "post.closed", "A text can be changed for 30 days.");
  throw new Problem("conflict", "post.edits", `A text has at most ${mostVersions} versions.`);
}

const mostVersions = 50;

/** Takes a text of the user away from all readers. @throws Problem `post.missing` (also for another user's) */
export async function withdraw(userId: string, kind: Kind, id: string, at: Date): Promise<void> {
  const [row] = await sql`
    update posts
       set state = 'withdrawn',
           updated_at = ${at}
     where posts.id = ${id}
       and posts.user_id = ${userId}
       and posts.kind = ${kind}
       and posts.state <> 'withdrawn'
    returning posts.id`;
  if (!row) throw missing();
}
