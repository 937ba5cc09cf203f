import { sql } from "@travel-conductor/core/base/db";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations, routes } from "./support/document.ts";
import { request } from "./support/requests.ts";

/** Names that exist on every object, and that change an object when they are copied. */
const inherited = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Every column of every table, as SQL and as JSON would name it. */
const columns = (
  await sql`select distinct column_name as "name" from information_schema.columns where table_schema = 'public'`
).flatMap(({ name }) => [name as string, camel(name as string)]);

/** Values that an attacker would want to write. The first test tries every other name, on the schema alone. */
const wanted = ["userId", "is_operator", "__proto__", "constructor"];

describe.each(operations.filter(({ body }) => body))("$key", ({ key, method, body }) => {
  // A body of several kinds has the fields of each.
  const kinds = body?.anyOf ?? body?.oneOf ?? [body];
  const allowed = [...new Set(kinds.flatMap((kind: typeof body) => Object.keys(kind?.properties ?? {})))] as string[];
  const foreign = (names: string[]) => [...new Set(names)].filter((name) => !allowed.includes(name));

  test("has a fixed list of fields: no other column of any table, and no name of every object, is accepted", async () => {
    const schema = routes.find((route) => route.key === key && route.operation)?.operation?.body;
    const { body: good } = await request(key);
    expect(allowed.length).toBeGreaterThan(0);
    for (const name of foreign([...columns, ...inherited])) {
      const given = JSON.parse(`{${JSON.stringify(good).slice(1, -1)},${JSON.stringify(name)}:"x"}`);
      expect(v.safeParse(schema as v.GenericSchema, given).issues?.map((issue) => v.getDotPath(issue))).toEqual([name]);
    }
  });

  test("refuses a request with such a field, names it, and does nothing", async () => {
    const { path, body: good, ...asked } = await request(key);
    for (const name of foreign(wanted)) {
      const text = `{${JSON.stringify(good).slice(1, -1)},${JSON.stringify(name)}:{"isAdmin":true,"userId":"usr_x"}}`;
      const refused = await a.read(await a.call(method, path, { ...asked, body: text }), 422);
      expect(refused.errors).toMatchObject([{ pointer: `/${name}` }]);
    }
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    const done = await a.call(method, path, { ...asked, body: good });
    expect(done.status, await done.text()).toBeLessThan(300);
  });
});
