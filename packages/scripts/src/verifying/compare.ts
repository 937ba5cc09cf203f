import { isDeepStrictEqual } from "node:util";
import type { Context } from "./context.ts";

/** A value as it must be, or a test of what is here, which returns true, or false or a text that says what is wrong. */
type Wanted = unknown | ((value: unknown) => boolean | string);

/** What must be here of a row of the old file, by column. */
export type Expected = { id: string; row: Record<string, Wanted> };

/** What is here. `isChanged` says whether a column was changed here since. */
export type Found = { row: Record<string, unknown>; isChanged: (column: string) => boolean };

/** A table that rows were moved to. `table` and `money` are names in Postgres. */
export type Table = {
  table: string;
  money?: string;
  /** Reads the rows with these ids of Postgres. */
  read: (ids: string[]) => Promise<Map<string, Found>>;
  /** What becomes of a row that is not here: undefined for a fault, else why it is none. */
  excuse?: (missing: Expected) => Promise<string | undefined>;
  /** What becomes of a row here that must not be: undefined for a fault, else why it is none. */
  leave?: (id: string) => Promise<string | undefined>;
};

/** Columns whose values may be shown: nothing that is personal or secret. */
const shown = new Set(
  `origin_code destination_code departure_date return_date class max_stops adults child_ages infants passenger_count
  currency target_price is_active ended_because paused_because created_at updated_at ends_at total_price status
  departs_at arrives_at results_count cheapest`.split(/\s+/),
);

const batch = 500;
const page = 5_000;

/** Compares the rows that must be in a table with those that were moved to it, each by the id it had in the old file. */
export async function compare(
  context: Context,
  table: Table,
  expected: Iterable<Expected> | AsyncIterable<Expected>,
): Promise<void> {
  await noteKeys(context, table);
  const sums = new Map<string, bigint>();
  let rows: Expected[] = [];
  for await (const one of expected) {
    rows.push(one);
    if (table.money) add(sums, one.row.currency, one.row[table.money]);
    if (rows.length < batch) continue;
    await compareBatch(context, table, rows);
    rows = [];
  }
  await compareBatch(context, table, rows);
  await reportLeft(context, table);
  await compareSums(context, table, sums);
}

/** Notes the ids of all rows that were moved to the table. */
async function noteKeys({ old, here, report }: Context, { table }: Table): Promise<void> {
  old.note(
    "create table if not exists key_here (of text, old_id text, id text, seen int, primary key (of, old_id, id))",
  );
  for (let after = ""; ; ) {
    const { rows } = await here.query(
      `select id, legacy_id from ${table} where legacy_id is not null and id > $1 order by id limit ${page}`,
      [after],
    );
    old.note("begin");
    for (const { id, legacy_id } of rows)
      old.note("insert or ignore into key_here values (?, ?, ?, 0)", [table, String(legacy_id), String(id)]);
    old.note("commit");
    report.of(table).here += rows.length;
    if (rows.length < page) return;
    after = String(rows.at(-1)!.id);
  }
}

async function compareBatch(context: Context, table: Table, rows: Expected[]): Promise<void> {
  const { old, report } = context;
  const keyed = rows.map((row) => ({
    ...row,
    ids: [...old.each("select id from key_here where of = ? and old_id = ?", [table.table, row.id])].map(({ id }) =>
      String(id),
    ),
  }));
  const found = await table.read(keyed.flatMap(({ ids }) => ids));
  for (const { ids, ...row } of keyed) {
    report.of(table.table).expected++;
    old.note("update key_here set seen = 1 where of = ? and old_id = ?", [table.table, row.id]);
    if (ids.length > 1) report.difference(table.table, row.id, `is here ${ids.length} times`);
    const here = found.get(ids[0] ?? "");
    if (here) compareRow(context, table, row, here);
    else {
      const excuse = await table.excuse?.(row);
      if (excuse === undefined) report.difference(table.table, row.id, "is missing");
      else report.changed(table.table, row.id, excuse);
    }
  }
}

function compareRow({ report }: Context, { table }: Table, { id, row }: Expected, found: Found): void {
  const unlike = Object.keys(row).flatMap((column) => {
    const fault = faultOf(column, row[column], found.row[column]);
    return fault === undefined ? [] : [{ column, fault }];
  });
  const changed = unlike.filter(({ column }) => found.isChanged(column));
  if (changed.length > 0) report.changed(table, id, changed.map(({ column }) => column).join(", "));
  for (const one of unlike) if (!changed.includes(one)) report.difference(table, id, one.column + one.fault);
}

/** What is wrong with a value: undefined for nothing. It shows no value that is personal or secret. */
function faultOf(column: string, wanted: Wanted, value: unknown): string | undefined {
  if (typeof wanted !== "function") {
    if (isDeepStrictEqual(wanted, value)) return undefined;
    return shown.has(column) ? ` is ${JSON.stringify(value)}, must be ${JSON.stringify(wanted)}` : "";
  }
  const answer: unknown = wanted(value);
  if (answer === true) return undefined;
  return typeof answer === "string" ? ` ${answer}` : "";
}

async function reportLeft({ old, report }: Context, { table, leave }: Table): Promise<void> {
  const left = old.each("select old_id, id from key_here where of = ? and seen = 0", [table]);
  for (const { old_id, id } of left) {
    const why = await leave?.(String(id));
    if (why === undefined) report.difference(table, String(old_id), "must not be here");
    else report.changed(table, String(old_id), why);
  }
}

/** Sums of one currency differ where rows do; a difference that no row explains is one of its own. */
async function compareSums(
  { here, report }: Context,
  { table, money }: Table,
  wanted: Map<string, bigint>,
): Promise<void> {
  if (!money) return;
  const { rows } = await here.query(
    `select currency, sum(${money})::text as sum from ${table}
      where legacy_id is not null and ${money} is not null group by currency`,
  );
  const found = new Map(rows.map(({ currency, sum }) => [String(currency), BigInt(String(sum))]));
  const { differences, changed } = report.of(table);
  for (const currency of [...new Set([...wanted.keys(), ...found.keys()])].sort()) {
    const [must, is] = [wanted.get(currency) ?? 0n, found.get(currency) ?? 0n];
    report.line(`${table}: ${money} in ${currency}: ${is} here, ${must} expected (minor units)`);
    if (is !== must && differences + changed === 0) report.difference(table, currency, `the sum of ${money}`);
  }
}

function add(sums: Map<string, bigint>, currency: unknown, amount: unknown): void {
  if (typeof currency === "string" && typeof amount === "number")
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount));
}
