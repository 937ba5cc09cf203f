import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { Refused } from "../command.ts";
import { runFiles } from "../migrate.ts";
import { connect, tableName } from "./connect.ts";
import type { End, Manifest, TableEnd } from "./record.ts";

const migrations = fileURLToPath(new URL("../../../core/migrations", import.meta.url));

/** Held while a restore runs, so that no second one writes to the same database. */
const lockNumber = 7_241_865_325;

/** What the tables of the backup must be, as far as they were copied, and whether they were read again since. */
export type Copied = Map<string, { end: TableEnd; isVerified: boolean }>;

/** @throws Refused where the tree lacks a migration that the backup has had */
export function checkMigrations(names: string[]): void {
  const known = new Set(readdirSync(migrations).map((name) => name.replace(/\.sql$/, "")));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new Refused(
    `This backup has a schema that this tree does not know: ${missing.join(", ")}. Take the tree that wrote it, or a later one.`,
  );
}

/**
 * Takes an empty database, or one in which a restore of the same backup was cut. Notes are kept in the schema `restore`.
 * Until `release`, new sessions do not find the tables: so the product does not take a part of the data for all of it.
 * @returns what is copied already
 * @throws Refused for a database that has anything else
 */
export async function take(client: Client, id: string): Promise<Copied> {
  await client.query(`select pg_advisory_lock(${lockNumber})`).catch(() => {
    throw new Refused("Another restore into this database runs.");
  });
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and nspname !~ '^(pg_|information_schema$)'
       and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
     order by nspname <> 'restore', 1`);
  if (rows.length === 0) {
    await client.query(`
      begin;
      create schema restore;
      create table restore.backup (id text not null, is_prepared boolean not null default false);
      create table restore.tables (name text primary key, copied json not null, is_verified boolean not null default false);
      create table restore.later (step int not null, name text not null, removal text not null, statement text not null);
      insert into restore.backup values ('${id}');
      do $$ begin
        execute format('alter database %I set search_path = restore_is_not_complete', current_database());
      end $$;
      commit`);
    return new Map();
  }
  const { rows: notes } = rows.some(({ name }) => name === "restore.backup")
    ? await client.query<{ id: string }>("select id from restore.backup")
    : { rows: [] };
  if (!notes[0]) throw new Refused(`The database in DATABASE_URL is not empty: it has ${rows[0]?.name}.`);
  if (notes[0].id !== id) {
    throw new Refused(
      `A restore of another backup (${notes[0].id}) was cut in this database. Go on with that, or take an empty one.`,
    );
  }
  const { rows: copied } = await client.query("select name, copied, is_verified from restore.tables");
  return new Map(copied.map(({ name, copied, is_verified: isVerified }) => [name, { end: copied, isVerified }]));
}

/** Runs these migrations and no others, as far as the database has not had them. */
export async function migrateTo(databaseUrl: string, names: string[], dir = migrations): Promise<void> {
  const dbClient = await connect(databaseUrl);
  const ignorePattern = `(?!(${names.join("|")})\\.sql$).*`;
  await runFiles({ dbClient, dir, ignorePattern }).finally(() => dbClient.end());
}

/**
 * Makes the schema that the backup has: the same migrations and partitions. Indexes and foreign keys are noted and taken
 * away for now, because an index is built several times faster from all rows than row by row.
 */
export async function prepare(client: Client, databaseUrl: string, manifest: Manifest): Promise<void> {
  const { rows } = await client.query("select is_prepared from restore.backup");
  if (rows[0]?.is_prepared) return;
  await migrateTo(databaseUrl, manifest.migrations);
  const partitions = manifest.tables.filter(({ parent }) => parent !== null);
  const { rows: standing } = await client.query<{ name: string }>(`
    select relname as name
      from pg_class
     where relispartition
       and relkind = 'r'
       and relnamespace = 'public'::regnamespace`);
  const wanted = new Set(partitions.map(({ name }) => name));
  const isMissing = (name: string) => !standing.some((each) => each.name === name);
  await client.query(
    [
      "begin",
      ...standing.filter(({ name }) => !wanted.has(name)).map(({ name }) => `drop table ${tableName(name)}`),
      ...partitions
        .filter(({ name }) => isMissing(name))
        .map(
          ({ name, parent, bound }) => `create table ${tableName(name)} partition of ${tableName(parent!)} ${bound}`,
        ),
      noteLater,
      `do $$
       declare
         object record;
       begin
         for object in select * from restore.later order by step desc loop
           execute object.removal;
         end loop;
       end $$`,
      "update restore.backup set is_prepared = true",
      "commit",
    ].join(";\n"),
  );
}

/** In the order in which they are added: keys, which are constraints; other indexes; foreign keys, which need keys. */
const noteLater = `
  insert into restore.later (step, name, removal, statement)
  select case contype when 'f' then 3 else 1 end,
         conname,
         format('alter table %s drop constraint %I', conrelid::regclass, conname),
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint
   where contype in ('p', 'u', 'x', 'f')
     and conparentid = 0
     and connamespace = 'public'::regnamespace
     and conrelid <> 'public.migrations'::regclass
   union all
  select 2,
         relname,
         format('drop index %s', indexrelid::regclass),
         replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
    from pg_index
    join pg_class on pg_class.oid = indexrelid
   where relnamespace = 'public'::regnamespace
     and not relispartition
     and not exists (select from pg_constraint where conindid = indexrelid)
     and not exists (select from pg_depend where objid = indexrelid and deptype = 'e')`;

/** Adds the keys, indexes and foreign keys, which Postgres checks, and tells the planner what partitioned tables hold. */
export async function complete(
  client: Client,
  sequences: End["sequences"],
  say: (line: string) => void,
): Promise<void> {
  for (const { name, value, isCalled } of sequences) {
    await client.query("select setval(format('public.%I', $1::text)::regclass, $2, $3)", [name, value, isCalled]);
  }
  await client.query("set maintenance_work_mem = '256MB'");
  const { rows } = await client.query<{ place: string; name: string; statement: string }>(
    "select ctid::text as place, name, statement from restore.later order by step, name, statement",
  );
  let saidAt = 0;
  for (const [index, { place, name, statement }] of rows.entries()) {
    if (performance.now() - saidAt > 2_000) {
      say(`Adding keys, indexes and foreign keys: ${name} (${index + 1} of ${rows.length})`);
      saidAt = performance.now();
    }
    await client.query(`begin; ${statement}; delete from restore.later where ctid = '${place}'; commit`);
  }
  const { rows: parents } = await client.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relkind = 'p' and relnamespace = 'public'::regnamespace",
  );
  for (const { name } of parents) await client.query(`analyze ${name}`);
}

/** Lets everybody find the tables, and removes the notes, once everything before is on the disk. */
export async function release(client: Client): Promise<void> {
  await client.query(`
    begin;
    set local synchronous_commit = on;
    do $$ begin
      execute format('alter database %I reset search_path', current_database());
    end $$;
    drop schema restore cascade;
    commit`);
}
