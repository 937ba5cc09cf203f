import { Client } from "pg";

/** The tables that the importer writes, in the order of their keys, with the rows of one part. Triggers write the others. */
const tables: Record<string, string> = {
  users: "legacy_id like $1",
  travelers: "legacy_id like $1",
  bookings: "legacy_id like $1",
  search_analytics: "legacy_id like $1",
  fares: "created_at = $2",
  basket_fares: "basket_id in (select id from fares where created_at = $2)",
  price_watches: "legacy_id like $1",
  watch_fares: "watch_id in (select id from price_watches where legacy_id like $1)",
  watch_changes: "watch_id in (select id from price_watches where legacy_id like $1)",
  moved_rows: "old_id like $1",
};
const batch = 1_000;

type Column = { name: string; type: string };

/** Copies rows from one database to another by bare UNNEST, and measures the writing alone. */
export async function createRaw(fromUrl: string, toUrl: string) {
  const [from, to] = [new Client({ connectionString: fromUrl }), new Client({ connectionString: toUrl })];
  await Promise.all([from.connect(), to.connect()]);
  const columns = new Map<string, Column[]>();
  for (const table of Object.keys(tables)) {
    const { rows } = await from.query<Column>(
      `select attname as name, format_type(atttypid, atttypmod) as type
         from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum`,
      [table],
    );
    columns.set(table, rows);
  }
  let sample: string[][][] = [];

  /** Reads the rows of a part as text, in batches of columns. */
  async function read(table: string, part: string, at: string): Promise<(string | null)[][][]> {
    const list = columns
      .get(table)!
      .map(({ name }) => `${name}::text`)
      .join();
    const condition = tables[table]!;
    const values = [condition.includes("$1") ? `${part}\\_%` : null, condition.includes("$2") ? at : null];
    const used = values.filter((value) => value !== null);
    const { rows } = await from.query<(string | null)[]>({
      text: `select ${list} from ${table} where ${used.length === 1 ? condition.replace("$2", "$1") : condition}`,
      values: used,
      rowMode: "array",
    });
    const batches: (string | null)[][][] = [];
    for (let start = 0; start < rows.length; start += batch) {
      const slice = rows.slice(start, start + batch);
      batches.push(columns.get(table)!.map((_, index) => slice.map((row) => row[index]!)));
    }
    return batches;
  }

  const insertion = (table: string) => {
    const own = columns.get(table)!;
    const cast = own.map(({ name, type }) => `${name}::${type}`).join();
    return `insert into ${table} (${own.map(({ name }) => name).join()})
            select ${cast} from unnest(${own.map((_, index) => `$${index + 1}::text[]`).join()}) as row (${own.map(({ name }) => name).join()})`;
  };

  return {
    /** Writes a part's rows, and returns how long that took (ms). */
    async copy(part: string, at: string): Promise<number> {
      let took = 0;
      for (const table of Object.keys(tables)) {
        const batches = await read(table, part, at);
        if (table === "search_analytics") await makeMonths();
        const start = performance.now();
        for (const values of batches) await to.query(insertion(table), values);
        took += performance.now() - start;
        if (part === "p0" && ["users", "search_analytics", "bookings"].includes(table))
          sample = sample.concat(batches[0] as never);
      }
      return took;
    },

    /** Writes users with one INSERT each; returns rows a millisecond, each with its entry of the ledger. */
    async single(count: number): Promise<number> {
      await to.query("truncate users, moved_rows cascade");
      const [users, entries] = [await read("users", "p0", ""), await read("moved_rows", "p0", "")];
      const start = performance.now();
      for (let index = 0; index < count; index++) {
        for (const [table, batches] of [
          ["users", users],
          ["moved_rows", entries],
        ] as const) {
          const columnsOfRow = batches[Math.floor(index / batch)]!.map((column) => [column[index % batch]!]);
          await to.query(insertion(table), columnsOfRow);
        }
      }
      return count / (performance.now() - start);
    },
    async end(): Promise<void> {
      await Promise.all([from.end(), to.end()]);
    },
  };

  /** The partitions of the months, as the importer made them. */
  async function makeMonths(): Promise<void> {
    const { rows } = await from.query<{ name: string; bounds: string }>(
      `select pg_class.relname as name, pg_get_expr(relpartbound, pg_class.oid) as bounds
         from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'search_analytics'::regclass`,
    );
    for (const { name, bounds } of rows)
      if (bounds !== "DEFAULT")
        await to.query(`create table if not exists ${name} partition of search_analytics ${bounds}`);
  }
}
