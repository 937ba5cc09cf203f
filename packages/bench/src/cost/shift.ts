import pg from "pg";

/**
 * Lets the clock of Postgres and the life of Redis's keys follow the simulated clock: `now()` of every statement and
 * default is moved by the same time, and keys have as much less to live.
 */
export async function createShift(direct: string, redis: (command: (string | number)[]) => Promise<unknown>) {
  const client = new pg.Client({ connectionString: direct });
  await client.connect();
  await client.query(`
    create schema simulated;
    create table simulated.clock (shift interval not null);
    insert into simulated.clock values ('0');
    create function simulated.now() returns timestamptz language sql stable
      as 'select pg_catalog.now() + shift from simulated.clock';
    create function simulated.clock_timestamp() returns timestamptz language sql volatile
      as 'select pg_catalog.clock_timestamp() + shift from simulated.clock'`);
  const { rows } = await client.query<{ place: string; name: string; value: string }>(`
    select pg_attrdef.adrelid::regclass::text as place, pg_attribute.attname as name,
           pg_get_expr(pg_attrdef.adbin, pg_attrdef.adrelid) as value
      from pg_attrdef
      join pg_attribute on pg_attribute.attrelid = pg_attrdef.adrelid and pg_attribute.attnum = pg_attrdef.adnum
     where pg_get_expr(pg_attrdef.adbin, pg_attrdef.adrelid) like '%now()%'
       and pg_attribute.attgenerated = ''`);
  for (const { place, name, value } of rows)
    await client.query(
      `alter table ${place} alter column ${name} set default ${value.replaceAll(/(pg_catalog\.)?\bnow\(\)/g, "simulated.now()")}`,
    );
  const name = new URL(direct).pathname.slice(1) || "postgres";
  await client.query(`alter database "${name}" set search_path = simulated, pg_catalog, public`);
  // Neon writes no whole pages to its log.
  await client.query("alter system set full_page_writes = off").catch(() => undefined);
  await client.query("select pg_reload_conf()").catch(() => undefined);

  const age = `
    local cursor, gone = '0', tonumber(ARGV[1])
    repeat
      local found = redis.call('scan', cursor, 'COUNT', 1000)
      cursor = found[1]
      for _, key in ipairs(found[2]) do
        local left = redis.call('pttl', key)
        if left > gone then redis.call('pexpire', key, left - gone)
        elseif left > 0 then redis.call('del', key) end
      end
    until cursor == '0'`;
  let told = 0;
  let aged = 0;

  return {
    client,
    /** Tells both how far (ms) the simulated clock is ahead of the machine's. */
    async follow(ahead: number) {
      if (ahead - told >= 15_000) {
        told = ahead;
        await client.query("update simulated.clock set shift = make_interval(secs => $1)", [ahead / 1_000]);
      }
      // The keys are many: they follow every ten minutes, so some live so much longer.
      if (ahead - aged < 600_000) return;
      await redis(["eval", age, 0, Math.floor(ahead - aged)]);
      aged = ahead;
    },
    stop: () => client.end(),
  };
}
export type Shift = Awaited<ReturnType<typeof createShift>>;
