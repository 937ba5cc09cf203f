import { setTimeout as wait } from "node:timers/promises";
import { startOfMonth } from "./day.ts";
import { sql, utc } from "./db.ts";

/** A table partitioned by month (UTC), with a default partition for rows of months without a partition. */
export type Monthly = {
  table: string;
  /** The column that decides a row's month. */
  by: string;
  /** The table that its rows refer to, after the one that its writers lock before that. */
  beside: string[];
  /** How many past months are kept beside the current one. */
  kept: number;
};

/**
 * Creates the partitions of the month of `at` (UTC) and the two after it, and of every month with rows in the default
 * partition, which are moved; drops the months that ended `kept` months ago, and the default partition's rows from
 * then. Each is one transaction, which gives up within a second, so that it never blocks other work for long. It is tried
 * three times, and then again at the next run. Safe to run twice and several times at once.
 * @returns the names of the partitions
 */
export async function maintain(of: Monthly, at: Date): Promise<{ made: string[]; dropped: string[] }> {
  const first = monthStart(at, -of.kept);
  const standing = await partitions(of);
  const over = standing.filter(({ end }) => end <= first);
  for (const { name } of over) await withLocks(of, [sql`drop table if exists ${sql.unsafe(name)}`]);
  const { rest, moment } = identifiers(of);
  await sql`delete from ${rest} where ${moment} < ${first}::timestamptz`;

  const wanted = [0, 1, 2].map((ahead) => monthStart(at, ahead));
  const early = (await strayMonths(of)).filter((each) => each < monthStart(at, 3));
  const stands = (each: string) => standing.some(({ start, end }) => (start ?? "") <= each && each < end);
  const made = [...new Set([...wanted, ...early])].filter((each) => !stands(each)).sort();
  for (const each of made) await createMonth(of, each);
  return { made: made.map((each) => partitionName(of, each)), dropped: over.map(({ name }) => name) };
}

/** Creates the partitions of months (any moment of each) that are kept at `at`, where they do not stand. */
export async function makeMonths(of: Monthly, at: Date, months: Date[]): Promise<void> {
  const standing = await partitions(of);
  const wanted = new Set(months.map((month) => monthStart(month, 0)));
  for (const each of [...wanted].sort()) {
    const stands = standing.some(({ start, end }) => (start ?? "") <= each && each < end);
    if (!stands && each >= monthStart(at, -of.kept) && each < monthStart(at, 3)) await createMonth(of, each);
  }
}

/**
 * Moves the default partition's rows of the month aside first: Postgres cannot create a partition while such rows are
 * in the default one.
 */
async function createMonth(of: Monthly, start: string): Promise<void> {
  const { table, rest, moment } = identifiers(of);
  const end = monthStart(new Date(start), 1);
  await withLocks(of, [
    sql`create temporary table strays (like ${table}) on commit drop`,
    sql`
      with gone as (
        delete from ${rest}
         where ${moment} >= ${start}::timestamptz
           and ${moment} < ${end}::timestamptz
        returning ${rest}.*
      )
      insert into strays
      select * from gone`,
    sql`
      create table if not exists ${sql.unsafe(partitionName(of, start))}
      partition of ${table} for values from ${sql.unsafe(`('${start}') to ('${end}')`)}`,
    // Into the partition itself: triggers of the table see new rows only.
    sql`
      insert into ${sql.unsafe(partitionName(of, start))}
      select * from strays`,
  ]);
}

/** How often a transaction is tried while others hold a lock, and the pause in which they go on (ms). */
const tries = { most: 3, pause: 300 };

/**
 * Runs statements in one transaction that first takes all the locks that a partition needs, in the order in which
 * writers of rows take theirs, to avoid deadlocks. Postgres looks for deadlocks after one second; this transaction gives
 * up before that, so that no writer is aborted.
 */
async function withLocks(of: Monthly, statements: ReturnType<typeof sql>[]): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await sql.transaction([
        sql`set local lock_timeout = '900ms'`,
        sql`lock table ${sql.unsafe(of.beside.join(", "))} in share row exclusive mode`,
        sql`lock table ${sql.unsafe(of.table)} in access exclusive mode`,
        ...statements,
      ]);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== lockNotAvailable || tried === tries.most) throw error;
      await wait(tries.pause);
    }
  }
}

/** The code of Postgres where a lock did not come in time. */
const lockNotAvailable = "55P03";

/**
 * The existing partitions and the months they span; the one with rows from before there were partitions has no start.
 */
async function partitions({ table }: Monthly): Promise<{ name: string; start: string | null; end: string }[]> {
  const bound = (edge: string) => utc(sql`(regexp_match(bounds, ${`${edge} \\('(.+?)'\\)`}))[1]::timestamptz`);
  const rows = await sql`
    select pg_class.oid::regclass::text as name,
           ${bound("FROM")} as start,
           ${bound("TO")} as end
      from pg_inherits
      join pg_class on pg_class.oid = inhrelid
     cross join pg_get_expr(relpartbound, pg_class.oid) as bounds
     where inhparent = ${table}::regclass
       and bounds <> 'DEFAULT'`;
  return rows as Awaited<ReturnType<typeof partitions>>;
}

/** The first instants of the months with rows in the default partition. */
async function strayMonths(of: Monthly): Promise<string[]> {
  const { rest, moment } = identifiers(of);
  const rows = await sql`
    select distinct ${utc(sql`date_trunc('month', ${moment}, 'utc')`)} as start
      from ${rest}`;
  return rows.map(({ start }) => String(start));
}

const monthStart = (at: Date, after: number) => new Date(startOfMonth(at, after)).toISOString();

/** search_analytics_2026_03 */
function partitionName({ table }: Monthly, start: string): string {
  return `${table}_${start.slice(0, 7).replace("-", "_")}`;
}

function identifiers({ table, by }: Monthly) {
  return {
    table: sql.unsafe(table),
    rest: sql.unsafe(`${table}_default`),
    moment: sql.unsafe(`${table}_default.${by}`),
  };
}
