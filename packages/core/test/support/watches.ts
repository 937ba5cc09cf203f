import { mailbox } from "@travel-conductor/local/testing";
import { sql } from "../../src/base/db.ts";
import * as Delivery from "../../src/delivery.ts";
import * as a from "./factory.ts";
import { minute, sweep } from "./sweep.ts";

/** A watch whose time is over at `endsAt`. */
export async function endingWatch(endsAt: Date, over: Record<string, unknown> = {}, userId?: string) {
  const watch = await a.watch({ rules: { target: "200.00" }, ...over }, userId ? { userId } : {});
  await sql`update price_watches set ends_at = ${endsAt} where id = ${watch.id}`;
  return watch;
}

/** The state of a watch; `changes` are the versions at which it was paused or ended. */
export const stateOf = async (id: string) => {
  const [found] = await sql`
    select price_watches.version,
           price_watches.is_active as "isActive",
           price_watches.ended_at as "endedAt",
           price_watches.ended_because as "endedBecause",
           price_watches.paused_because as "pausedBecause",
           watch_fares.live,
           watch_fares.wake_below::float8 as below,
           (select array_agg(watch_changes.version order by watch_changes.version)
              from watch_changes
             where watch_changes.watch_id = price_watches.id
               and watch_changes.version > 1
               and not watch_changes.is_active) as changes
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     where price_watches.id = ${id}`;
  return found;
};

/** The messages queued about a user's watches, newest first. */
export const watchMessages = async (userId: string) =>
  (await a.mail(userId)).filter(({ kind }) => kind.startsWith("watch_"));

/** The mail about a user's watches, as it arrives. */
export async function sentLetters(userId: string): Promise<{ subject: string; text: string }[]> {
  await sql`update alerts set planned_at = now() where alerts.planned_at is null`;
  await sql`delete from messages where messages.kind not like 'watch%' or messages.user_id <> ${userId}`;
  await sql`update alerts set planned_at = alerts.created_at`;
  mailbox.length = 0;
  await Delivery.deliver(new Date("2030-01-01T12:00:00Z"));
  return mailbox.map(({ subject, text }) => ({ subject, text }));
}

/** Runs `work` while another connection holds the rows that `query` locks. */
export async function whileLocked(query: ReturnType<typeof sql>, work: () => Promise<void>): Promise<void> {
  const holder = sql.transaction([query, sql`select pg_sleep(60)`]).catch(() => undefined);
  let pid: number | undefined;
  while (pid === undefined) {
    const [found] = await sql`
      select pg_stat_activity.pid
        from pg_stat_activity
       where pg_stat_activity.datname = current_database()
         and pg_stat_activity.wait_event = 'PgSleep'`;
    pid = found?.pid;
  }
  try {
    await work();
  } finally {
    await sql`select pg_cancel_backend(${pid})`;
    await holder;
  }
}

/** Records `times` empty checks a minute apart, the first a minute after `from`. */
export async function recordEmptyChecks(name: string, times: number, from: Date = a.noon): Promise<void> {
  for (let n = 1; n <= times; n++) await sweep(new Date(from.getTime() + n * minute), { [name]: null });
}
