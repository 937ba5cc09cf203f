import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";

test("a watch that was created is answered as created when a fare that a sweep held cannot be made due", async () => {
  const { name, origin, destination } = await a.watch();
  expect(name).toContain("2026-08-01");
  const hold = sql.transaction([
    sql`
      select
        from fares
       where fares.origin = ${String(origin)}
         and fares.destination = ${String(destination)}
         for no key update`,
    sql`select pg_sleep(2)`,
  ]);
  const held = hold.then(() => true);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  const userId = await a.user();
  const window = { origin, destination, departureFrom: "2026-08-01", departureTo: "2026-08-03", currency: "GBP" };
  let retried = 0;
  const made = await interceptRequests(
    (_, body) => {
      if (!body.includes("with asked as materialized (select unnest(")) return;
      retried++;
      throw new TypeError("fetch failed");
    },
    () => Watch.create(userId, window, a.noon),
  );
  expect(retried).toBe(1);
  expect(await Watch.get(userId, made.id, a.noon)).toMatchObject({ id: made.id, fares: 3 });
  expect(await held).toBe(true);
});
