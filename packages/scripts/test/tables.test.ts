import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { check, checkCore, type Ownership, tablesOf, type Use, usesOf } from "../src/tables.ts";

const tables = ["users", "fares", "alerts"];
const text = (...lines: string[]) => lines.join("\n");
const hole = (expression: string) => `$\u007b${expression}}`;

/** The uses of one made-up file, as `kind table`. */
function found(source: string, file = "watch.ts"): string[] {
  return usesOf(file, source, tables)
    .uses.map(({ kind, table }: Use) => `${kind} ${table}`)
    .sort();
}

test("core reads and writes its tables as tables.json says", async () => {
  expect(await checkCore()).toEqual([]);
});

test("every owner is a domain, or base", async () => {
  const read = async (name: string) =>
    JSON.parse(await readFile(new URL(`../../core/${name}`, import.meta.url), "utf8"));
  const { layers } = (await read("domains.json")) as { layers: Record<string, string>[] };
  const domains = ["base", ...layers.flatMap((layer) => Object.keys(layer))];
  for (const [table, { owner, reads = [] }] of Object.entries(((await read("tables.json")) as Ownership).tables))
    for (const domain of [...(owner ? [owner] : []), ...reads]) expect(domains, table).toContain(domain);
});

/** The tables of the schema, and what `tables.json` says of each. */
async function stated() {
  const read = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), "utf8");
  const { tables } = JSON.parse(await read("core/tables.json")) as Ownership;
  return { names: tablesOf(await read("core/schema.sql")), rows: tables, page: await read("docs/retention.md") };
}

test("every table has a retention or a bound, and not both", async () => {
  const { names, rows } = await stated();
  expect(names.length).toBeGreaterThan(20);
  const without = names.filter((name) => Boolean(rows[name]?.retention) === Boolean(rows[name]?.bound));
  expect(without).toEqual([]);
});

test("a table whose rows are deleted by age has a retention", async () => {
  const { rows } = await stated();
  const deleted = Object.entries(rows).filter(([, { writes }]) => writes?.clean);
  expect(deleted.length).toBeGreaterThan(10);
  for (const [name, { retention }] of deleted) expect(retention, name).toBeDefined();
});

test("the page of retentions says of every table what tables.json says", async () => {
  const { rows, page } = await stated();
  const told = page.split("\n").filter((line) => /^\| `[a-z_]+` \|/.test(line));
  for (const [name, { retention, bound }] of Object.entries(rows))
    expect(told, name).toContain(`| \`${name}\` | ${retention ?? bound} |`);
});

test("the tables of a schema are found, and its partitions are not", () => {
  expect(
    tablesOf(text("create table users (", "  id text", ");", "create table users_2027 partition of users DEFAULT;")),
  ).toEqual(["users"]);
});

test.each([
  ["select from users", ["read users"]],
  ["select from fares join users on true", ["read fares", "read users"]],
  ["select from fares as f, users where f.id = users.id", ["read fares", "read users"]],
  ["select from fares, lateral (select from users) as each", ["read fares", "read users"]],
  ["select from (fares cross join users)", ["read fares", "read users"]],
  ["select from only users", ["read users"]],
  ['select from "users"', ["read users"]],
  ["SELECT FROM USERS", ["read users"]],
  ["insert into alerts (id) select id from fares", ["read fares", "write alerts"]],
  ["update fares set price = 1 from users where true", ["read users", "write fares"]],
  ["delete from fares using users where true", ["read users", "write fares"]],
  ["lock table fares in exclusive mode", ["write fares"]],
  ["with gone as (delete from alerts returning 1) select count(*) from gone", ["write alerts"]],
  ["insert into alerts select 1 on conflict (id) do update set id = 1", ["write alerts"]],
])("reads %s", (statement, expected) => {
  expect(found(`sql\`${statement}\``)).toEqual(expected);
});

test.each([
  ["with users as (select 1) select from users"],
  ["with recursive users as materialized (select 1), fares as (select 2) select from users, fares"],
  ["select extract(epoch from fares.at), users.id, 'from users' as alerts"],
  ["select 1 -- from users"],
  ["select a is distinct from users.b"],
  ["select 1 for update of users"],
  ["select from unnest(1) as users (id)"],
])("finds no table in %s", (statement) => {
  expect(found(`sql\`${statement}\``)).toEqual([]);
});

test("a fragment that names a table is followed to where it is made", () => {
  expect(
    found(
      text(
        "const own = sql`users where users.id = 1`;",
        "const both = () => sql`fares, users`;",
        "function each() { return sql`alerts`; }",
        `sql\`delete from ${hole("own")}\`; sql\`select from ${hole("both()")}, ${hole("each()")}\`;`,
      ),
    ),
  ).toEqual(["read alerts", "read fares", "read users", "write users"]);
});

test("a table that cannot be followed is counted, and only a listed file may have one", () => {
  const source = `function f(table: string) { return sql\`select from ${hole("table")}\`; }`;
  expect(usesOf("watch.ts", source, tables)).toEqual({ uses: [], dynamic: 1 });
  const ownership = { tables: {}, dynamic: {} };
  expect(check({ "watch.ts": source }, [], ownership)).toEqual(["watch.ts: a statement takes its table from a value"]);
  expect(check({ "watch.ts": source }, [], { ...ownership, dynamic: { "watch.ts": {} } })).toEqual([]);
});

test("a foreign write, a foreign read and the like are caught", () => {
  const ownership: Ownership = {
    tables: {
      users: { owner: "user", reads: ["watch"], writes: { "sweep/settle.ts": "the settling statement" } },
      fares: { owner: "fare" },
    },
    dynamic: {},
  };
  const sources = {
    "user.ts": "sql`update users set id = 1`",
    "watch/create.ts": "sql`select from users`",
    "fare.ts": "sql`insert into fares select 1`",
    "sweep/settle.ts": "sql`delete from users`",
  };
  const faults = (changes: Record<string, string>, changed: Partial<Ownership["tables"]> = {}) =>
    check({ ...sources, ...changes }, Object.keys(ownership.tables), {
      ...ownership,
      tables: { ...ownership.tables, ...changed } as Ownership["tables"],
    });
  expect(faults({})).toEqual([]);
  expect(faults({ "watch/create.ts": "sql`select from users join fares on true`" })).toEqual([
    "watch/create.ts: reads fares",
  ]);
  expect(faults({ "watch/create.ts": "sql`delete from users returning (select 1 from users)`" })).toEqual([
    "watch/create.ts: writes users, which user owns",
  ]);
  expect(faults({ "sweep/wake.ts": "sql`update users set id = 1`" })).toEqual([
    "sweep/wake.ts: writes users, which user owns",
  ]);
  expect(faults({ "fare.ts": "" })).toEqual(["fares: nothing uses it any more"]);
  expect(faults({ "watch/create.ts": "" })).toEqual(["users: watch does not read it any more"]);
  expect(faults({ "sweep/settle.ts": "" })).toEqual(["users: sweep/settle.ts does not write it any more"]);
  expect(faults({}, { alerts: { owner: "alert" } })).toEqual([
    "alerts: is in no schema",
    "alerts: nothing uses it any more",
  ]);
  expect(check(sources, ["users", "fares", "alerts"], ownership)).toEqual(["alerts: has no row"]);
});

test("names of tables that a file holds as data must be listed, and must be there", () => {
  const source = 'const over = { users: 1, "fares": 2, table: "alerts" };';
  const row = { owner: "clean" };
  const listed = (names: Record<string, "write">) =>
    check({ "clean.ts": source }, tables, {
      tables: { users: row, fares: row, alerts: row },
      dynamic: { "clean.ts": names },
    });
  expect(listed({ users: "write", fares: "write", alerts: "write" })).toEqual([]);
  expect(listed({ users: "write", fares: "write" })).toContain("clean.ts: names alerts, which dynamic does not list");
  expect(
    check({ "clean.ts": "" }, ["users"], { tables: { users: row }, dynamic: { "clean.ts": { users: "write" } } }),
  ).toContain("clean.ts: dynamic lists users, which the file does not name");
});
