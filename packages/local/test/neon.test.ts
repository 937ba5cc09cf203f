import { driver } from "@travel-conductor/core/base/db";
import { direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

const sql = await driver();
const client = new pg.Client({ connectionString: direct.postgres });

beforeAll(async () => {
  await client.connect();
  await client.query(`
    create domain percentage as int check (value between 0 and 100);
    create table parents (id int primary key);
    create table rows (
      id int primary key,
      parent_id int references parents (id),
      name text not null unique,
      share percentage,
      late int unique deferrable initially deferred
    );
    insert into rows (id, name) values (1, 'one');
    create function deep(a int) returns int language plpgsql as $$
      begin execute 'select 1 / ' || a; return a; end $$;
    create function loud() returns void language plpgsql as $$
      begin
        raise exception 'too loud' using errcode = 'T0001', detail = 'the detail', hint = 'the hint', schema = 's',
          table = 't', column = 'c', datatype = 'd', constraint = 'k';
      end $$;
  `);
});
afterAll(() => client.end());

const samples: [string, unknown[]?][] = [
  [
    "select 1::int2, 2::int4, 9007199254740993::int8, 1.5::float4, 'NaN'::float8, '-Infinity'::float8, 123.4500::numeric",
  ],
  ["select true as yes, false as no, null as nothing, ''::text as empty, 'ü€😀'::text as wide"],
  [
    "select '2026-03-29'::date, '2026-03-29T01:30:00.123456Z'::timestamptz, '2026-03-29 01:30'::timestamp, '1 mon 2 days'::interval",
  ],
  ["select '{1,NULL,3}'::int[], '{{1,2},{3,4}}'::int[], '{}'::text[], array['a,b','\"','\\', null, 'NULL']"],
  ["select '{\"a\": [1, null, \"ü\"]}'::json, '{\"a\": {\"b\": 1.50}}'::jsonb, 'null'::jsonb, '[]'::jsonb"],
  ["select '\\x00ff10'::bytea, ''::bytea, $1::bytea", [Buffer.from([0, 1, 254, 255])]],
  [
    "select '10.0.0.1/8'::inet, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '(1,2)'::point, int4range(1, 5), row(1, 'a')",
  ],
  ["select $1::int, $2::text, $3::bool, $4::float8, $5::text", [42, "it's", true, 1e-7, null]],
  [
    "select $1::int[], $2::text[], $3::jsonb, $4::timestamptz",
    [[1, 2], ["a", null, 'b"c'], { a: [1] }, new Date(86_400_000)],
  ],
  ["select 1 as twice, 2 as twice"],
  ["select id, name from rows"],
  ["select from rows"],
  ["select 1 where false"],
  ["select"],
  [""],
  ["select i, repeat('x', i) from generate_series(1, 3) as i"],
  ["insert into rows (id, name) values ($1, $2) returning id, name", [2, "two"]],
  ["update rows set name = name where id < $1", [100]],
  ["delete from rows where id = $1 returning *", [2]],
  ["with gone as (delete from rows where false returning id) select count(*) from gone"],
  ["create temporary table passing (a int)"],
  ["do $$ begin null; end $$"],
  ["explain (costs off) select 1"],
  ["show server_version_num"],
];

test.each(samples)("returns the same rows as the server: %s", async (text, values = []) => {
  await client.query("begin");
  const expected = await client.query(text, values);
  await client.query("rollback");
  const [answer] = await sql.transaction([sql.query(text, values), sql.query("select 1")], { fullResults: true });
  if (/^(insert|delete)/.test(text)) await client.query("delete from rows where id = 2");
  const { rows, rowCount, command } = answer!;
  expect({ rows, rowCount, command }).toEqual({
    rows: expected.rows,
    rowCount: expected.rowCount,
    command: expected.command,
  });
  expect(answer!.fields).toEqual(expected.fields.map((field) => ({ ...field })));
});

const faults: [string, unknown[]?][] = [
  ["select 1 from"],
  ["select nothing from rows"],
  ["select * from nowhere"],
  ["select 1; select 2"],
  ["select $1::int", ["x"]],
  ["select $1::int, $2::int", [1]],
  ["select $1::text", ["a\0b"]],
  ["select 1 / $1::int", [0]],
  ["select deep(0)"],
  ["select loud()"],
  ["insert into rows (id, name) values (1, 'other')"],
  ["insert into rows (id, name) values (3, 'one')"],
  ["insert into rows (id) values (3)"],
  ["insert into rows (id, name, share) values (3, 'three', 101)"],
  ["insert into rows (id, name, parent_id) values (3, 'three', 9)"],
];
const parts = [
  "message",
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
];
const places = ["schema", "table", "column", "dataType", "constraint", "file", "line", "routine"];

test.each(faults)("returns the same error fields as the server: %s", async (text, values = []) => {
  const query = { text, values, queryMode: "extended" };
  const expected = await client.query(query).catch((error: unknown) => error);
  const given = await sql.query(text, values).catch((error: unknown) => error);
  expect(expected).toBeInstanceOf(pg.DatabaseError);
  expect(given).toMatchObject({ name: "NeonDbError" });
  for (const part of [...parts, ...places]) {
    expect.soft(given, part).toHaveProperty(part, (expected as Record<string, unknown>)[part]);
  }
});

test("runs a batch in one transaction, in the order given", async () => {
  const [, counted, numbers] = await sql.transaction([
    sql`insert into rows (id, name) values (10, 'ten')`,
    sql`select count(*)::int from rows where id = 10`,
    sql`select distinct txid_current() = txid_current_if_assigned() as same from rows`,
  ]);
  expect(counted).toEqual([{ count: 1 }]);
  expect(numbers).toEqual([{ same: true }]);
  expect(await sql.transaction([])).toEqual([]);
});

test("rolls a batch back when one of its statements or its commit fails", async () => {
  const failing = [
    [sql`insert into rows (id, name) values (20, 'twenty')`, sql`select 1 / 0`, sql`select 1`],
    [sql`insert into rows (id, name, late) values (21, 'a', 1), (22, 'b', 1)`],
  ];
  await expect(sql.transaction(failing[0]!)).rejects.toMatchObject({ code: "22012", message: "division by zero" });
  await expect(sql.transaction(failing[1]!)).rejects.toMatchObject({ code: "23505", constraint: "rows_late_key" });
  expect((await client.query("select from rows where id >= 20")).rowCount).toBe(0);
});

test.each([
  ["ReadUncommitted", "read uncommitted"],
  ["ReadCommitted", "read committed"],
  ["RepeatableRead", "repeatable read"],
  ["Serializable", "serializable"],
] as const)("a batch runs %s", async (isolationLevel, name) => {
  const [rows] = await sql.transaction([sql`show transaction_isolation`], { isolationLevel });
  expect(rows).toEqual([{ transaction_isolation: name }]);
});

test("makes a batch read only and deferrable only on request", async () => {
  const modes = () => [sql`select current_setting('transaction_read_only'), current_setting('transaction_deferrable')`];
  const [plain] = await sql.transaction(modes(), { arrayMode: true });
  expect(plain).toEqual([["off", "off"]]);
  const [asked] = await sql.transaction(modes(), { arrayMode: true, readOnly: true, deferrable: true });
  expect(asked).toEqual([["on", "on"]]);
  const writing = sql.transaction([sql`delete from rows`], { readOnly: true });
  await expect(writing).rejects.toMatchObject({ code: "25006" });
});

test("fails one of two serializable batches that each read the rows that the other writes", async () => {
  await sql`create table duty (id int primary key, on_call bool)`;
  await sql`insert into duty values (1, true), (2, true)`;
  const leave = (id: number) =>
    sql.transaction(
      [
        sql`select count(*) from duty where on_call`,
        sql`select pg_sleep(0.2)`,
        sql`update duty set on_call = false where id = ${id} and (select count(*) from duty where on_call) > 1`,
      ],
      { isolationLevel: "Serializable" },
    );
  const ends = await Promise.allSettled([leave(1), leave(2)]);
  const refused = ends.filter((end) => end.status === "rejected");
  expect(refused.map((end) => end.reason.code)).toEqual(["40001"]);
});
