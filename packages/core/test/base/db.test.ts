import { expect, test } from "vitest";
import { driver, sql, transaction } from "../../src/base/db.ts";

test("a transaction returns each statement's rows by its name, a list those of its last statement or none", async () => {
  const rows = await transaction({
    one: sql`select 1 as n`,
    several: [sql`select 2 as n`, sql`select 3 as n`],
    none: [],
    last: sql`select 4 as n union all select 5 order by n`,
  });
  expect(rows).toEqual({ one: [{ n: 1 }], several: [{ n: 3 }], none: [], last: [{ n: 4 }, { n: 5 }] });
});

test("a statement is written from its pieces, and sent each time it is awaited", async () => {
  await sql`create table if not exists sent_test (n int)`;
  const named = sql`select ${"a"}::text as name where ${true}::bool`;
  const added = sql`insert into ${sql.unsafe("sent_test")} select ${1}::int from (${named}) as one returning n, ${"b"}::text as last`;
  expect(await added).toEqual([{ n: 1, last: "b" }]);
  expect(await added.finally()).toEqual([{ n: 1, last: "b" }]);
  expect(await sql`select count(*)::int as rows from sent_test`).toEqual([{ rows: 2 }]);
});

test("a text that looks like a piece is a value, as with the driver itself", async () => {
  const hostile = "$1'; drop table users; --";
  const expected = await (await driver())`select ${hostile}::text as said, ${null}::text as none`;
  expect(await sql`select ${hostile}::text as said, ${null}::text as none`).toEqual(expected);
  await expect(sql`select ${hostile}::int`.catch((error) => Promise.reject(error))).rejects.toMatchObject({
    code: "22P02",
  });
});

test("an array arrives as it was given, whatever its texts are", async () => {
  const texts = [
    "plain-1_a.b:c+d",
    "",
    " ",
    "null",
    "NULL",
    null,
    'a "quote"',
    "back\\slash",
    "a,b",
    "{c}",
    "é",
    "\t\n",
  ];
  const [row] = await sql`
    select ${texts}::text[] as texts,
           ${[1, -2.5, 9_007_199_254_740_991, null]}::float8[] as numbers,
           ${[true, false, null]}::boolean[] as truths,
           ${[new Date(0)]}::timestamptz[] as moments,
           ${[[1, 2]]}::int[] as rows,
           ${[]}::text[] as none`;
  expect(row).toEqual({
    texts,
    numbers: [1, -2.5, 9_007_199_254_740_991, null],
    truths: [true, false, null],
    moments: [new Date(0)],
    rows: [[1, 2]],
    none: [],
  });
});

test("a statement that fails undoes the ones before it", async () => {
  const table = "transaction_test";
  await sql`create table if not exists transaction_test (n int)`;
  const failing = transaction({ inserted: sql`insert into transaction_test values (1)`, failed: sql`select 1 / 0` });
  await expect(failing).rejects.toMatchObject({ code: "22012" });
  expect(await sql`select from ${sql.unsafe(table)}`).toEqual([]);
});

test("a read-only transaction refuses to write", async () => {
  const writing = transaction({ made: sql`create table never_made (n int)` }, { readOnly: true });
  await expect(writing).rejects.toMatchObject({ code: "25006" });
});
