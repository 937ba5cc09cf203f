import { Client } from "pg";
import { expect, test } from "vitest";
import { toArray } from "../../src/moving/ledger.ts";

test.each([
  [["plain", "", null, undefined, 'with "quotes"', "back\\slash", "\\n", '\\"', "null", "NULL", "{a,b}", " a , b "]],
  [["line\nbreak", "tab\t", "\u0001", "\\\n"]],
  [["Zoë", "日本", "🙂", "\u2028"]],
  [[]],
])("a list of texts arrives as it is: %j", async (list) => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query("select $1::text[] as list", [toArray(list)]);
  await client.end();
  expect(rows).toEqual([{ list: list.map((each) => each ?? null) }]);
});

test("numbers and conditions are written as Postgres reads them", () => {
  expect(toArray([1, null, -2.5, true, false])).toBe("{1,null,-2.5,true,false}");
});
