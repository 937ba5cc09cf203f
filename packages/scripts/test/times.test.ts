import { expect, test } from "vitest";
import { check, checkTimes, clockedColumns, type Reading, readingsOf, type Times } from "../src/times.ts";

test("every reading of a clock in core and functions is on a side, and times.json says nothing that is not so", async () => {
  expect(await checkTimes()).toEqual([]);
});

const hole = (expression: string) => `$\u007b${expression}}`;

test.each<[string, Reading[]]>([
  ["const until = Date.now() + 5;", ["Date.now"]],
  ["const at = new Date();", ["new Date"]],
  ["const at = new Date;", ["new Date"]],
  ["const at = new Date(moment);", []],
  ["const at = productNow();", []],
  ["const at = realNow();", []],
  ["const begun = performance.now();", []],
  ["sql`select now()`", ["now()"]],
  [`sql\`select ${hole("id")}, CURRENT_DATE from ${hole("name")}\``, ["now()"]],
  ["sql`select clock_timestamp()`", ["now()"]],
  ["sql`select 1 -- now()`", []],
  ["// now() and Date.now()", []],
  ["script(`redis.call('set', KEYS[1], 1, 'px', 5)`)", ["expiry"]],
  ["redis.set(key, value, { nx: true, px: 5 })", ["expiry"]],
  ["script(`redis.call('xadd', KEYS[1], '*', 'note', '')`)", ["xadd"]],
])("finds how %s reads a clock", (source, readings) => {
  expect(readingsOf("watch.ts", source)).toEqual(readings);
});

test("finds what a Lua file leaves to Redis's clock", () => {
  expect(readingsOf("gate.lua", "-- 'expire'\nlocal a = 1")).toEqual([]);
  expect(readingsOf("gate.lua", "redis.call('expire', key, 5)")).toEqual(["expiry"]);
});

test("finds the columns that Postgres's clock fills", () => {
  const schema = "create table fares (\n  id text,\n  created_at timestamptz default now() not null\n);";
  expect(clockedColumns(schema)).toEqual(["fares.created_at"]);
});

test("a reading without a reason, a reason without a reading, and an insert that leaves a moment out are faults", () => {
  const schema = "create table fares (\n  id text,\n  created_at timestamptz default now() not null\n);";
  const sources = {
    "core/src/base/time.ts": "new Date()",
    "core/src/watch.ts": "Date.now(); sql`insert into fares (id) values (1)`",
  };
  const times: Times = {
    real: { "core/src/fare.ts": { "now()": "leases" } },
    columns: { "fares.created_at": "given" },
  };
  expect(check(sources, schema, times)).toEqual([
    "core/src/watch.ts reads a clock by Date.now: use productNow() or realNow(), or say in times.json why it is real",
    "times.json: core/src/fare.ts does not read a clock by now()",
    "core/src/watch.ts inserts into fares without created_at",
  ]);
  expect(check({}, schema, { real: {}, columns: {} })).toEqual([
    "times.json does not say whose time fares.created_at is",
  ]);
});
