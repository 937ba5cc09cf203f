import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Client } from "pg";
import { from, to } from "pg-copy-streams";

type Table = { name: string; columns: string; parent: string | null; bound: string | null };

const highWaterMark = 1024 * 1024;

/** COPY of each table to a file of its own by Node alone, and from it. Each returns milliseconds. */
export async function bareCopy(source: string, folder: string) {
  const client = new Client(source);
  await client.connect();
  const { rows: tables } = await client.query<Table>(`
    select pg_class.relname as name, parent.relname as parent, pg_get_expr(pg_class.relpartbound, pg_class.oid) as bound,
           (select string_agg(quote_ident(attname), ', ' order by attnum)
              from pg_attribute
             where attrelid = pg_class.oid and attnum > 0 and attgenerated = '' and not attisdropped) as columns
      from pg_class
      left join pg_inherits on inhrelid = pg_class.oid
      left join pg_class as parent on parent.oid = inhparent
     where pg_class.relkind = 'r'
       and pg_class.relnamespace = 'public'::regnamespace
       and pg_class.relname <> 'migrations'
     order by pg_class.relname`);
  const fileOf = (name: string) => join(folder, name);
  return {
    out: async () => {
      const began = performance.now();
      for (const { name, columns } of tables) {
        const rows = client.query(to(`copy ${name} (${columns}) to stdout`));
        await pipeline(rows, createWriteStream(fileOf(name), { highWaterMark, flush: true }));
      }
      return performance.now() - began;
    },
    /** Into a migrated database, as a restore does it: with its indexes, without foreign keys and triggers. */
    back: async (url: string) => {
      const target = new Client(url);
      await target.connect();
      await target.query(withoutForeignKeys);
      for (const { name, parent, bound } of tables) {
        if (parent && bound !== "DEFAULT") await target.query(`create table ${name} partition of ${parent} ${bound}`);
        await target.query(`alter table ${name} disable trigger user; truncate ${name}`);
      }
      const began = performance.now();
      for (const { name, columns } of tables) {
        const rows = target.query(from(`copy ${name} (${columns}) from stdin`));
        await pipeline(createReadStream(fileOf(name), { highWaterMark }), rows);
      }
      const took = performance.now() - began;
      await target.end();
      return took;
    },
    end: () => client.end(),
  };
}

const withoutForeignKeys = `
  do $$
  declare
    key record;
  begin
    for key in
      select conrelid::regclass as on_table, conname
        from pg_constraint
       where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace
    loop
      execute format('alter table %s drop constraint %I', key.on_table, key.conname);
    end loop;
  end $$`;
