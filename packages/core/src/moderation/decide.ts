import * as v from "valibot";
import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { queryAsOperator } from "../operator.ts";
import * as Outbox from "../outbox.ts";
import { Decide, type Decided } from "./schema.ts";

/**
 * Publishes or hides a text, for an operator, in one statement: the decision with its reason, the end of its open reports
 * and of its writer's request, and the letter to the writer, where what readers see has changed or the writer had asked.
 * Where there are several operators, none decides about an own text, or a second time about one that was appealed.
 * @throws ValiError, Problem `operator.required`, `post.missing`, `post.other_operator`
 */
export async function decide(userId: string, id: string, input: unknown, at: Date): Promise<Decided> {
  const { decision, reason } = v.parse(Decide, input);
  const state = decision === "publish" ? "published" : "hidden";
  const { counted, queued } = Outbox.enqueueLetters("post_decided", sql`told`);
  const [row] = await queryAsOperator<{ id: string; refused: boolean }>(
    userId,
    (allowed) => sql`
    with asked as (
      select posts.id,
             posts.state,
             posts.user_id,
             exists (
               select
                 from post_appeals
                where post_appeals.post_id = posts.id
                  and post_appeals.decided_at is null
             ) as is_second,
             exists (
               select from users where users.is_operator and users.id <> ${userId}
             ) as are_others,
             coalesce(posts.user_id = ${userId}, false) as is_own,
             coalesce(
               (
                 select post_decisions.operator_id = ${userId}
                   from post_decisions
                  where post_decisions.post_id = posts.id
                  order by post_decisions.number desc
                  limit 1
               ),
               false
             ) as was_first
        from posts
       where posts.id = ${id}
         and posts.state <> 'withdrawn'
         and ${allowed}
    ), judged as (
      select asked.*,
             asked.are_others and (asked.is_own or asked.is_second and asked.was_first) as refused
        from asked
    ), decided as (
      update posts
         set state = ${state},
             published_at = case when ${decision} = 'publish' then coalesce(posts.published_at, ${at}) else posts.published_at end
        from judged
       where posts.id = judged.id
         and not judged.refused
      returning posts.id, posts.kind, posts.place
    ), noted as (
      insert into post_decisions (post_id, number, operator_id, decision, reason, at, is_second)
      select decided.id,
             1 + (select count(*) from post_decisions where post_decisions.post_id = decided.id),
             ${userId}, ${decision}, ${reason}, ${at}, judged.is_second
        from decided
        join judged on judged.id = decided.id
    ), closed as (
      update post_reports
         set decided_at = ${at}
        from decided
       where post_reports.post_id = decided.id
         and post_reports.decided_at is null
    ), answered as (
      update post_appeals
         set decided_at = ${at}
        from decided
       where post_appeals.post_id = decided.id
         and post_appeals.decided_at is null
    ), told as (
      select users.id as user_id,
             users.email,
             users.email_key,
             decided.id as key,
             jsonb_build_object(
               'post', decided.kind,
               'place', decided.place,
               'decision', ${decision}::text,
               'reason', ${reason}::text,
               'second', judged.is_second) as data
        from decided
        join judged on judged.id = decided.id
        join users on users.id = judged.user_id
       where judged.state <> ${state}
          or judged.is_second
    ), counted as (${counted}
    ), letters as (${queued})
    select judged.id, judged.refused from judged`,
    // Decisions about one text come one after another.
    (allowed) => sql`select from posts where posts.id = ${id} and ${allowed} for no key update`,
  );
  if (!row) throw new Problem("missing", "post.missing", "There is no such text.");
  if (row.refused)
    throw new Problem("conflict", "post.other_operator", "Another operator must decide about this text.");
  return { id, state };
}
