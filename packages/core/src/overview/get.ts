import { type Fragment, sql } from "../base/db.ts";
import * as Fare from "../fare.ts";
import * as Operator from "../operator.ts";
import type { Info } from "./schema.ts";

/** The most rows that are counted of one queue, each by its index of what is due. */
const most = 10_000;

/**
 * Says what waits and what happened to accounts, for an operator: figures alone, no person. `at` is product time, `real`
 * real time. One request.
 * @throws Problem `operator.required`
 */
export async function get(userId: string, at: Date, real: Date): Promise<Info> {
  const queue = (name: Info["queues"][number]["name"], now: Date, rows: Fragment) => sql`
      select ${name}::text as name,
             count(*)::int as waiting,
             floor(extract(epoch from ${now}::timestamptz - min(waiting.due_at)))::int as "oldestDueSeconds"
        from (${rows} limit ${most}) as waiting`;
  const queues = [
    queue(
      "fares",
      at,
      sql`select fares.due_at from fares where ${Fare.isFare} and ${Fare.isWithinDue(at)} order by fares.due_at`,
    ),
    queue("alerts", at, sql`select alerts.at as due_at from alerts where alerts.planned_at is null`),
    queue(
      "messages",
      at,
      sql`
        select messages.due_at
          from messages
         where messages.status = 'pending'
           and messages.due_at <= ${at}::timestamptz
         order by messages.due_at`,
    ),
    queue("bookings", at, sql`select bookings.due_at from bookings where bookings.due_at <= ${at}::timestamptz`),
    queue("exports", real, sql`select exports.created_at as due_at from exports where exports.content is null`),
    queue(
      "cards",
      real,
      sql`select payment_removals.due_at from payment_removals where payment_removals.due_at <= ${real}::timestamptz`,
    ),
  ];
  const all = queues.reduce((some, one) => sql`${some} union all ${one}`);
  const [row] = await Operator.queryAsOperator<Info>(
    userId,
    (allowed) => sql`
      select (select jsonb_agg(to_jsonb(queues)) from (${all}) as queues) as queues,
             coalesce((
               select jsonb_agg(to_jsonb(counted) order by counted.name)
                 from (
                        select account_events.event as name,
                               (count(*) filter (where account_events.at > ${real}::timestamptz - interval '1 day'))::int
                                 as "lastDay",
                               (count(*) filter (where account_events.at <= ${real}::timestamptz - interval '1 day'))::int
                                 as "weekBefore"
                          from account_events
                         where account_events.at > ${real}::timestamptz - interval '8 days'
                         group by account_events.event
                      ) as counted
             ), '[]') as events
       where ${allowed}`,
  );
  return row as Info;
}
