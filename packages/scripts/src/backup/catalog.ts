import type { Client } from "pg";
import { Refused } from "../command.ts";
import type { End, Table } from "./record.ts";

/** Objects that belong to an extension come with it. */
const ofExtension = "exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')";

/**
 * All tables and partitions with rows of their own, by name. They are read from the catalog, so that none is forgotten.
 * `migrations` is not among them: the names of its rows are what a restore migrates to.
 * @throws Refused for what is neither a table nor made by the migrations out of tables
 */
export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { kind: string }>(`
    select pg_class.relname as name,
           pg_class.relkind as kind,
           parent.relname as parent,
           pg_get_expr(pg_class.relpartbound, pg_class.oid) as bound,
           array(select attname::text
                   from pg_attribute
                  where attrelid = pg_class.oid
                    and attnum > 0
                    and attgenerated = ''
                    and not attisdropped
                  order by attnum) as columns
      from pg_class
      left join pg_inherits on inhrelid = pg_class.oid
      left join pg_class as parent on parent.oid = inhparent
     where pg_class.relnamespace = 'public'::regnamespace
       and pg_class.relkind in ('r', 'm', 'f')
       and pg_class.relname <> 'migrations'
       and not ${ofExtension}
     order by pg_class.relname collate "C"`);
  const strange = rows.find(({ kind }) => kind !== "r");
  if (strange) throw new Refused(`${strange.name} is a materialized view or a foreign table, which no backup covers.`);
  return rows.map(({ name, columns, parent, bound }) => ({ name, columns, parent, bound }));
}

/** Relations outside the schema of the product, which a backup leaves out. */
export async function foreignRelations(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p', 'm')
       and nspname !~ '^(pg_|information_schema$|public$)'
       and not ${ofExtension}
     order by 1`);
  return rows.map(({ name }) => name);
}

/** The names of the migrations that the database has had, in their order. */
export async function migrationsOf(client: Client): Promise<string[]> {
  const { rows: found } = await client.query("select to_regclass('public.migrations') is not null as has");
  if (!found[0]?.has)
    throw new Refused("The database in DATABASE_URL is not one of the product: it has no migrations.");
  const { rows } = await client.query<{ name: string }>("select name from public.migrations order by run_on, id");
  return rows.map(({ name }) => name);
}

/** Sequences do not belong to the snapshot: what is read after the rows is at least what the rows need. */
export async function sequencesOf(client: Client): Promise<End["sequences"]> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name
      from pg_class
     where relnamespace = 'public'::regnamespace
       and relkind = 'S'
       and relname !~ '^migrations_'
       and not ${ofExtension}
     order by relname collate "C"`);
  const sequences: End["sequences"] = [];
  for (const { name } of rows) {
    const read = await client.query(`select last_value::text as value, is_called as "isCalled" from public."${name}"`);
    sequences.push({ name, ...read.rows[0] });
  }
  return sequences;
}
