import { type Fragment, sql } from "../base/db.ts";

/**
 * The statements of a deletion of an account, before its row goes: its votes no longer count, and of its texts those that
 * are published stay without a name and without their versions, if its owner keeps them. All others go with the account.
 */
export function forgetPosts(userId: string, keeps: boolean): Fragment[] {
  const voted = sql`select post_votes.post_id from post_votes where post_votes.user_id = ${userId}`;
  const votes = [
    // In one order, so that two deletions cannot deadlock.
    sql`select from posts where posts.id in (${voted}) order by posts.id for no key update`,
    sql`
    update posts
       set useful = posts.useful - 1
      from post_votes
     where post_votes.user_id = ${userId}
       and posts.id = post_votes.post_id`,
  ];
  if (!keeps) return votes;
  const kept = sql`select posts.id from posts where posts.user_id = ${userId} and posts.state = 'published'`;
  return [
    ...votes,
    sql`delete from post_versions where post_versions.post_id in (${kept})`,
    sql`delete from post_appeals where post_appeals.post_id in (${kept})`,
    sql`
      update posts
         set user_id = null,
             named = false
       where posts.user_id = ${userId}
         and posts.state = 'published'`,
  ];
}
