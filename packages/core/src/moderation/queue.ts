import * as v from "valibot";
import { type Fragment, sql, utc } from "../base/db.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import { queryAsOperator } from "../operator.ts";
import { Query, type Queued } from "./schema.ts";

/** The number of reports from which on a text comes before all others in the queue. */
const urgent = 3;

/** Reports that no decision has answered. */
const open = sql`
  select count(*) as reports
    from post_reports
   where post_reports.post_id = posts.id
     and post_reports.decided_at is null`;

const which: Record<NonNullable<Query["state"]>, Fragment> = {
  waiting: sql`posts.state = 'waiting'`,
  reported: sql`
    posts.state in ('waiting', 'published', 'hidden')
    and posts.id in (select post_reports.post_id from post_reports where post_reports.decided_at is null)`,
  appealed: sql`
    posts.state = 'hidden'
    and posts.id in (select post_appeals.post_id from post_appeals where post_appeals.decided_at is null)`,
};

const shape = /^[01] [a-z]{3}_[0-9a-z]{26}$/;

/**
 * Lists texts for an operator, oldest first; those that three people have reported come before the others.
 * @throws ValiError, Problem `operator.required`, `page.cursor`
 */
export async function queue(userId: string, query: Query): Promise<{ items: Queued[]; nextCursor: string | null }> {
  const { state, limit, cursor } = v.parse(Query, query);
  const [rest, after] = decodeCursor(cursor, shape)?.split(" ") ?? [];
  const rows = await queryAsOperator<{ post: Queued; id: string; rest: number }>(
    userId,
    (allowed) => sql`
    with queued as (
      select posts.*,
             case when open.reports >= ${urgent} then 0 else 1 end as rest
        from posts
       cross join lateral (${open}) as open
       where ${which[state]}
         and ${allowed}
    )
    select queued.id,
           queued.rest,
           jsonb_build_object(
             'id', queued.id,
             'type', queued.kind,
             'place', queued.place,
             'state', queued.state,
             'language', queued.language,
             'title', queued.title,
             'body', queued.body,
             'details', coalesce(last.details, '{}'),
             'writtenAt', ${utc(sql`queued.created_at`)},
             'updatedAt', ${utc(sql`queued.updated_at`)},
             'versions', coalesce(last.number, 1),
             'urgent', queued.rest = 0,
             'reports', ${reports},
             'decisions', ${decisions},
             'appeal', ${appeal}) as post
      from queued
      left join lateral (
             select post_versions.number, post_versions.details
               from post_versions
              where post_versions.post_id = queued.id
              order by post_versions.number desc
              limit 1
           ) as last on true
     where ${after === undefined ? sql`true` : sql`(queued.rest, queued.id) > (${rest}::int, ${after}::text)`}
     order by queued.rest, queued.id
     limit ${limit + 1}`,
  );
  const { items, nextCursor } = toPage(rows, limit, ({ rest, id }) => `${rest} ${id}`);
  return { items: items.map(({ post }) => post), nextCursor };
}

const reports = sql`
  (select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'reason', post_reports.reason, 'note', post_reports.note, 'at', ${utc(sql`post_reports.at`)})
              order by post_reports.at),
            '[]')
     from post_reports
    where post_reports.post_id = queued.id
      and post_reports.decided_at is null)`;

const decisions = sql`
  (select coalesce(
            jsonb_agg(
              jsonb_build_object(
                'decision', post_decisions.decision,
                'reason', post_decisions.reason,
                'at', ${utc(sql`post_decisions.at`)},
                'second', post_decisions.is_second)
              order by post_decisions.number),
            '[]')
     from post_decisions
    where post_decisions.post_id = queued.id)`;

const appeal = sql`
  (select jsonb_build_object('text', post_appeals.text, 'at', ${utc(sql`post_appeals.at`)})
     from post_appeals
    where post_appeals.post_id = queued.id
      and post_appeals.decided_at is null)`;
