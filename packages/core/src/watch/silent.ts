import { sql } from "../base/db.ts";
import * as Outbox from "../outbox.ts";
import { pauseParts } from "./rewrite.ts";

/** How long a person is not seen before being asked, and how long the answer is waited for. */
const silence = "90 days";
const patience = "14 days";

/** `batch`: how many people one request covers. No new request starts after `within` milliseconds. */
type Options = { batch?: number; within?: number };

/** How many people were asked whether their watches should go on, and how many watches were paused without an answer. */
export type Silenced = { asked: number; paused: number };

/**
 * Asks people who were not seen for 90 days whether their watches should go on, once, and pauses the watches of those
 * who were not seen for 14 days after that. A person is seen by a request with a session or a key and by a link in a
 * message; a webhook that took an event in the last 14 days counts too. `real` is real time, `at` product time. Skips
 * rows that another transaction has locked, so it may run twice, at once, and be killed at any point.
 */
export async function quieten(at: Date, real: Date, { batch = 500, within = 10_000 }: Options = {}): Promise<Silenced> {
  const until = Date.now() + within;
  const total: Silenced = { asked: 0, paused: 0 };
  for (let more = true; more && Date.now() < until; ) {
    const paused = await pause(at, real, batch);
    total.paused += paused;
    more = paused === batch;
  }
  for (let more = true; more && Date.now() < until; ) {
    const asked = await ask(at, real, batch);
    total.asked += asked;
    more = asked === batch;
  }
  return total;
}

async function ask(at: Date, real: Date, limit: number): Promise<number> {
  const [row] = await sql`
    with silent as materialized (
      select users.id,
             users.email,
             users.email_verified as proven
        from users
       where users.seen_at < ${real}::timestamptz - ${silence}::interval
         and (users.asked_to_keep_at is null or users.asked_to_keep_at < users.seen_at)
         and exists (
               select from price_watches where price_watches.user_id = users.id and price_watches.is_active
             )
         and not exists (
               select
                 from channels
                where channels.user_id = users.id
                  and channels.kind = 'webhook'
                  and channels.worked_at > ${real}::timestamptz - ${patience}::interval
             )
       order by users.id
       limit ${limit}
         for no key update skip locked
    ), asked as (
      update users
         set asked_to_keep_at = ${real}
       where users.id = any (array(select silent.id from silent))
      returning users.id
    ), told as (
      select silent.id as key,
             silent.id as user_id,
             silent.email,
             silent.proven,
             -- A letter alone.
             '{}'::text[] as channels,
             ${at}::timestamptz as at,
             ${at}::timestamptz as due_at,
             jsonb_build_object(
               'watches',
               (
                 select count(*)
                   from price_watches
                  where price_watches.user_id = silent.id
                    and price_watches.is_active
               ),
               'until', (${real}::timestamptz + ${patience}::interval)::date
             ) as data
        from silent
    ), queued as (${Outbox.enqueueEach("keep_watching", sql`told`)})
    select count(*)::int as count
      from asked`;
  return (row as { count: number }).count;
}

async function pause(at: Date, real: Date, limit: number): Promise<number> {
  const [row] = await sql`
    with unwanted as materialized (
      select price_watches.id
        from users
        join price_watches on price_watches.user_id = users.id and price_watches.is_active
       where users.asked_to_keep_at < ${real}::timestamptz - ${patience}::interval
         and users.asked_to_keep_at > users.seen_at
       order by price_watches.id
       limit ${limit}
         for no key update of price_watches skip locked
         for key share of users skip locked
    ), ${pauseParts("silent", at)}
    select count(*)::int as count
      from watch`;
  return (row as { count: number }).count;
}
