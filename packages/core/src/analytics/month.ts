import { sql } from "../db.ts";
import { turns } from "./lock.ts";

/** Months of raw searches that are kept beside the running one. */
const kept = 13;

/**
 * Makes the partitions of the month at `at` (UTC) and the two after it, and of every month that the default partition
 * holds searches of, which move; drops the months that ended 13 months ago, and what the default partition holds from
 * then. Each month is one transaction, which gives up after two seconds rather than keep others waiting, and is then due
 * again. Safe to run twice and several at once.
 */
export async function months(at: Date): Promise<{ made: string[]; dropped: string[] }> {
  const first = month(at, -kept);
  const standing = await partitions();
  const dropped = standing.filter((name) => name < table(first));
  for (const name of dropped) await sql.transaction([turns, patience, sql`drop table if exists ${sql.unsafe(name)}`]);
  await sql`delete from search_analytics_default where search_analytics_default.created_at < ${first}::timestamptz`;

  const wanted = [0, 1, 2].map((ahead) => month(at, ahead));
  const early = (await strays()).filter((each) => each < month(at, 3));
  const made = [...new Set([...wanted, ...early])].filter((each) => !standing.includes(table(each))).sort();
  for (const each of made) await make(each);
  return { made: made.map(table), dropped };
}

/** What the default partition holds of it steps aside until it is there: Postgres makes no partition beside such rows. */
async function make(start: string): Promise<void> {
  const end = month(new Date(start), 1);
  const bounds = sql.unsafe(`('${start}') to ('${end}')`);
  await sql.transaction([
    turns,
    patience,
    sql`create temporary table strays (like search_analytics) on commit drop`,
    sql`
      with gone as (
        delete from search_analytics_default
         where search_analytics_default.created_at >= ${start}::timestamptz
           and search_analytics_default.created_at < ${end}::timestamptz
        returning search_analytics_default.*
      )
      insert into strays
      select * from gone`,
    sql`
      create table if not exists ${sql.unsafe(table(start))}
      partition of search_analytics for values from ${bounds}`,
    sql`
      insert into search_analytics
      select * from strays`,
  ]);
}

const patience = sql`set local lock_timeout = '2s'`;

async function partitions(): Promise<string[]> {
  const rows = await sql`
    select inhrelid::regclass::text as name
      from pg_inherits
     where inhparent = 'search_analytics'::regclass
       and inhrelid <> 'search_analytics_default'::regclass`;
  return rows.map(({ name }) => String(name));
}

/** The first days of months that the default partition holds searches of. */
async function strays(): Promise<string[]> {
  const rows = await sql`
    select distinct date_trunc('month', search_analytics_default.created_at at time zone 'utc')::date::text as start
      from search_analytics_default`;
  return rows.map(({ start }) => `${start}T00:00:00Z`);
}

/** The beginning of a month (UTC), so many after the one that `at` is in. */
function month(at: Date, after: number): string {
  return `${new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after)).toISOString().slice(0, 10)}T00:00:00Z`;
}

/** search_analytics_2026_03 */
function table(start: string): string {
  return `search_analytics_${start.slice(0, 7).replace("-", "_")}`;
}
