import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { planned } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import { maxBodyBytes } from "../src/api/guard.ts";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

const tables = await sql`
  select tables.table_name as "name"
    from information_schema.tables
   where tables.table_schema = 'public'
     and tables.table_type = 'BASE TABLE'
     and not exists (select from pg_inherits where pg_inherits.inhrelid = tables.table_name::regclass)`;

const content = `md5(coalesce(string_agg(t::text, ' ' order by t::text collate "C"), ''))`;
/** Changes with each write as well, and does not read 5,000 rows of reference data twice for each refusal. */
const newest = "count(*) || ' ' || max(xmin::text::bigint)";
const seeded = new Set(["airports", "airlines"]);

const readRows = await planned(
  `select ${tables
    .map(({ name }) => `(select ${seeded.has(name) ? newest : content} from "${name}" t) as "${name}"`)
    .join(", ")}`,
);

/** Every row of Postgres, by table, and every key of Redis but limits, the copies of sessions, and hints for clocks. */
async function everything() {
  const keys = (await redis.keys("*")).filter((key) => !/^(limit|session):|:due$/.test(key)).sort();
  return { rows: await readRows(), keys };
}

const key = { "idempotency-key": "0b9e3b6e-refused" };

describe.each(operations)("$key", ({ key: name, method, signed, body }) => {
  test("changes nothing by what it refuses", async () => {
    const { path, ...good } = await request(name);
    const headers = { ...good.headers, ...key };
    const broken: [status: number, sent: () => Promise<a.Sent> | a.Sent][] = [
      [429, async () => ({ ...good, headers, address: await a.spent() })],
      [403, () => ({ ...good, headers: { ...headers, cookie: "__Host-session=x", origin: "https://evil.example" } })],
      [413, () => ({ ...good, headers, body: "x".repeat(maxBodyBytes + 1) })],
      [401, () => ({ ...good, headers, token: "no session has this token" })],
      [422, () => ({ ...good, headers, body: "[]" })],
    ];
    await a.spent();
    const before = await everything();
    for (const [status, sent] of broken) {
      if (status === 403 && method === "GET") continue;
      if (status === 413 && method === "GET") continue;
      if (status === 401 && !signed) continue;
      if (status === 422 && !body) continue;
      const response = await a.call(method, path, await sent());
      expect(response.status, await response.clone().text()).toBe(status);
    }
    expect(await everything()).toEqual(before);
    const query = method === "GET" && (await a.call(method, `${path}${path.includes("?") ? "&" : "?"}no=1`, good));
    if (query) expect([422, 404]).toContain(query.status);
  });
});
