import * as v from "valibot";
import { sql, transaction, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { isProven, missing, ownPosts, toMine, unproven } from "./row.ts";
import { Appeal, type Kind, type Mine, MineQuery, Report, type Useful, type Versions } from "./schema.ts";

/** A published text of a kind, with whether the user wrote it: what may be voted for and reported. */
const target = (userId: string, kind: Kind, id: string) => sql`
  select posts.id,
         posts.useful,
         coalesce(posts.user_id = ${userId}, false) as own,
         ${isProven(userId)} as proven
    from posts
   where posts.id = ${id}
     and posts.kind = ${kind}
     and posts.state = 'published'`;

type Target = { own: boolean; proven: boolean } | undefined;

function requireOther(found: Target): void {
  if (!found) throw missing();
  if (!found.proven) throw unproven();
  if (found.own) throw new Problem("conflict", "post.own", "That is not for a text of your own.");
}

/**
 * Says that a text is useful: once a person, however often it is repeated.
 * @throws Problem `post.missing`, `post.own`, `user.unproven`
 */
export async function vote(userId: string, kind: Kind, id: string, at: Date): Promise<Useful> {
  const [found] = (await sql`
    with target as (${target(userId, kind, id)}
    ), voted as (
      insert into post_votes (post_id, user_id, at)
      select target.id, ${userId}, ${at}
        from target
       where not target.own
         and target.proven
      on conflict do nothing
      returning post_votes.post_id
    ), counted as (
      update posts
         set useful = posts.useful + 1
        from voted
       where posts.id = voted.post_id
      returning posts.useful
    )
    select target.own, target.proven, coalesce(counted.useful, target.useful) as useful
      from target
      left join counted on true`) as (Target & { useful: number })[];
  requireOther(found);
  return { useful: found?.useful ?? 0, voted: true };
}

/** Takes a vote back; without one nothing changes. @throws Problem `post.missing`, `post.own`, `user.unproven` */
export async function unvote(userId: string, kind: Kind, id: string): Promise<Useful> {
  const [found] = (await sql`
    with target as (${target(userId, kind, id)}
    ), gone as (
      delete from post_votes
       using target
       where post_votes.post_id = target.id
         and post_votes.user_id = ${userId}
      returning post_votes.post_id
    ), counted as (
      update posts
         set useful = posts.useful - 1
        from gone
       where posts.id = gone.post_id
      returning posts.useful
    )
    select target.own, target.proven, coalesce(counted.useful, target.useful) as useful
      from target
      left join counted on true`) as (Target & { useful: number })[];
  requireOther(found);
  return { useful: found?.useful ?? 0, voted: false };
}

/**
 * Reports a text to the operators, once a person; a repetition changes nothing.
 * @throws ValiError, Problem `post.missing`, `post.own`, `user.unproven`
 */
export async function report(userId: string, kind: Kind, id: string, input: unknown, at: Date): Promise<void> {
  const { reason, note } = v.parse(Report, input);
  const [found] = (await sql`
    with target as (${target(userId, kind, id)}
    ), told as (
      insert into post_reports (post_id, user_id, reason, note, at)
      select target.id, ${userId}, ${reason}, ${note}, ${at}
        from target
       where not target.own
         and target.proven
      on conflict do nothing
    )
    select target.own, target.proven from target`) as Target[];
  requireOther(found);
}

/**
 * Asks for a second decision about a text of the user that was hidden, once.
 * @throws ValiError, Problem `post.missing` (also for another user's), `post.not_hidden`, `post.appealed`
 */
export async function appeal(userId: string, kind: Kind, id: string, input: unknown, at: Date): Promise<Mine> {
  const { text } = v.parse(Appeal, input);
  const own = sql`posts.id = ${id} and posts.user_id = ${userId} and posts.kind = ${kind} and posts.state <> 'withdrawn'`;
  const { asked, posts } = await transaction({
    asked: sql`
      insert into post_appeals (post_id, text, at)
      select posts.id, ${text}, ${at}
        from posts
       where ${own}
         and posts.state = 'hidden'
      on conflict do nothing
      returning post_appeals.post_id`,
    posts: ownPosts(userId, sql`and ${own}`, at),
  });
  const [post] = toMine(posts);
  if (!post) throw missing();
  if (asked.length > 0) return post;
  if (post.appeal) throw new Problem("conflict", "post.appealed", "A second decision can be asked for once.");
  throw new Problem("conflict", "post.not_hidden", "Only a text that was hidden has a second decision.");
}

/** Lists the versions of a text, newest first, for its writer and for operators. @throws Problem `post.missing` */
export async function versions(userId: string, kind: Kind, id: string): Promise<Versions> {
  const rows = await sql`
    select post_versions.number,
           ${utc(sql`post_versions.at`)} as at,
           post_versions.language,
           post_versions.title,
           post_versions.body,
           post_versions.details
      from posts
      join post_versions on post_versions.post_id = posts.id
     where posts.id = ${id}
       and posts.kind = ${kind}
       and (
             posts.user_id = ${userId} and posts.state <> 'withdrawn'
             or exists (select from users where users.id = ${userId} and users.is_operator)
           )
     order by post_versions.number desc`;
  if (rows.length === 0) throw missing();
  return { items: rows as Versions["items"] };
}

/** Lists the user's tips and reviews, newest first. @throws ValiError, Problem `page.cursor` */
export async function mine(userId: string, query: v.InferInput<typeof MineQuery>, at: Date) {
  const { limit, cursor } = v.parse(MineQuery, query);
  const after = decodeCursor(cursor);
  const which = after === null ? sql`` : sql`and posts.id < ${after}`;
  const rows = await ownPosts(userId, sql`${which} order by posts.id desc limit ${limit + 1}`, at);
  return toPage(toMine(rows), limit, ({ id }) => id);
}
