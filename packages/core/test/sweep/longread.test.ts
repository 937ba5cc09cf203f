import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import { type SentStatement, toFragment } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { lockRows } from "../support/proof/locks.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, hour } from "../support/sweep.ts";

const fares = 200;

/** The pages of `fares`, its keys and their indexes that the connection has looked at. */
const pages = () => sql`
  select sum(pg_stat_get_xact_blocks_fetched(oid))::int as read
    from pg_class
   where relname in ('fares', 'fare_keys')
      or oid in (select indexrelid from pg_index where indrelid in ('fares'::regclass, 'fare_keys'::regclass))`;

/** Runs the statement beforehand and undoes it. @returns the pages that it looked at */
async function measure(statement: SentStatement): Promise<number> {
  const [, before, , after] = await sql.transaction([
    sql`savepoint beforehand`,
    pages(),
    toFragment(statement),
    pages(),
    sql`rollback to savepoint beforehand`,
  ]);
  return Number(after?.[0]?.read) - Number(before?.[0]?.read);
}

test("a sweep beside a long reader looks at no more pages after thirty sweeps than after five", async () => {
  const userId = await a.user();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || n, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', ${a.noon}
        from generate_series(1, ${fares}::int) as n
    ), watched as (
      insert into price_watches (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price)
      select 'wch_' || n, ${userId}, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', 100
        from generate_series(1, ${fares}::int) as n
    )
    insert into watch_fares (watch_id, fare_id, wake_below)
    select 'wch_' || n, 'far_' || n, 100 from generate_series(1, ${fares}::int) as n`;
  const free = await lockRows(sql`select count(*) from fares`);
  try {
    const read: Record<number, { claim: number; settle: number }> = {};
    for (let sweep = 1; sweep <= 30; sweep++) {
      const spent = { claim: 0, settle: 0 };
      const cadence = (_: unknown, at: Date) => new Date(at.getTime() + 6 * hour);
      const report = await interceptRequests(
        async (service, body) => {
          if (service !== "postgres" || ![5, 30].includes(sweep)) return;
          const sent = JSON.parse(body) as SentStatement;
          if (!sent.query?.includes("update fares")) return;
          spent[sent.query.includes("settled as") ? "settle" : "claim"] += await measure(sent);
        },
        () => Sweep.run(afterNoon(sweep * 6 * hour), { provider: stubProvider(() => 500_00 + sweep), cadence }),
      );
      expect(report.fares).toBe(fares);
      read[sweep] = spent;
    }
    const [early, late] = [read[5]!, read[30]!];
    expect(early.claim).toBeGreaterThan(fares);
    expect(early.settle).toBeGreaterThan(fares);
    expect(late.claim).toBeLessThan(1.1 * early.claim);
    expect(late.settle).toBeLessThan(1.3 * early.settle);
  } finally {
    await free();
  }
});
