import { sql, utc } from "./db.ts";

/** A table that is partitioned by month (UTC), with a default partition for what no month is made for. */
export type Monthly = {
  table: string;
  /** The column that says which month a row belongs to. */
  by: string;
  /** The table that its rows refer to. */
  beside: string;
  /** Months that stay beside the running one. */
  kept: number;
};

/**
 * Makes the partitions of the month at `at` (UTC) and the two after it, and of every month that the default partition
 * holds rows of, which move; drops those that ended so many months ago, and what the default partition holds from then.
 * Each is one transaction, which gives up within a second rather than keep others waiting, and is then due again. Safe to
 * run twice and several at once.
 * @returns the names of the partitions
 */
export async function maintain(of: Monthly, at: Date): Promise<{ made: string[]; dropped: string[] }> {
  const first = month(at, -of.kept);
  const standing = await partitions(of);
  const over = standing.filter(({ end }) => end <= first);
  for (const { name } of over) await sql.transaction([...alone(of), sql`drop table if exists ${sql.unsafe(name)}`]);
  const { rest, moment } = names(of);
  await sql`delete from ${rest} where ${moment} < ${first}::timestamptz`;

  const wanted = [0, 1, 2].map((ahead) => month(at, ahead));
  const early = (await strays(of)).filter((each) => each < month(at, 3));
  const stands = (each: string) => standing.some(({ start, end }) => (start ?? "") <= each && each < end);
  const made = [...new Set([...wanted, ...early])].filter((each) => !stands(each)).sort();
  for (const each of made) await make(of, each);
  return { made: made.map((each) => partition(of, each)), dropped: over.map(({ name }) => name) };
}

/** What the default partition holds of it steps aside until it is there: Postgres makes no partition beside such rows. */
async function make(of: Monthly, start: string): Promise<void> {
  const { table, rest, moment } = names(of);
  const end = month(new Date(start), 1);
  await sql.transaction([
    ...alone(of),
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
      create table if not exists ${sql.unsafe(partition(of, start))}
      partition of ${table} for values from ${sql.unsafe(`('${start}') to ('${end}')`)}`,
    sql`
      insert into ${table}
      select * from strays`,
  ]);
}

/**
 * First in a transaction: all the locks that a partition needs, in the order in which those who write rows take theirs,
 * or they and we would wait for each other. Postgres looks for such circles after a second: whoever it would then stop,
 * we have given up before.
 */
function alone(of: Monthly) {
  return [
    sql`set local lock_timeout = '900ms'`,
    sql`lock table ${sql.unsafe(of.beside)} in share row exclusive mode`,
    sql`lock table ${sql.unsafe(of.table)} in access exclusive mode`,
  ];
}

/** Those there are, with the months they span; the one of old rows has no start. */
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

/** The beginnings of the months that the default partition holds rows of. */
async function strays(of: Monthly): Promise<string[]> {
  const { rest, moment } = names(of);
  const rows = await sql`
    select distinct ${utc(sql`date_trunc('month', ${moment}, 'utc')`)} as start
      from ${rest}`;
  return rows.map(({ start }) => String(start));
}

/** The beginning of a month (UTC), so many after the one that `at` is in. */
function month(at: Date, after: number): string {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after)).toISOString();
}

/** search_analytics_2026_03 */
function partition({ table }: Monthly, start: string): string {
  return `${table}_${start.slice(0, 7).replace("-", "_")}`;
}

function names({ table, by }: Monthly) {
  return {
    table: sql.unsafe(table),
    rest: sql.unsafe(`${table}_default`),
    moment: sql.unsafe(`${table}_default.${by}`),
  };
}
