import { beforeAll, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";

let userId = "";

/** Ten people with a hundred baskets each, of a hundred fares each: a hundred thousand prices of two thousand of the fares. */
beforeAll(async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => a.user()));
  userId = people[3] ?? "";
  await sql`
    with priced as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at, due_because, price, priced_at)
      select 'far_' || n, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', ${a.noon}::timestamptz + n * interval '1 minute',
             'departure', 10000 + n, ${a.noon}
        from generate_series(0, 1999) as n
    ), others as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
      select 'far_o' || n, 'X' || chr(65 + n % 26) || chr(65 + n / 26 % 26), 'BBB', date '2026-06-01' + n / 676, 'economy', 1, 'GBP'
        from generate_series(0, 49999) as n
    ), baskets as (
      insert into fares (id, basket, cabin, adults, currency, price, priced_at)
      select 'far_b' || n, 'basket ' || n, 'economy', 1, 'GBP', 10000 + n, ${a.noon}
        from generate_series(0, 999) as n
    ), parts as (
      insert into basket_fares (basket_id, fare_id, checked_at, status, price, priced_at)
      select 'far_b' || n, 'far_' || n + part, ${a.noon}, 'ok', 10000 + n + part, ${a.noon}
        from generate_series(0, 999) as n
       cross join generate_series(0, 99) as part
    ), made as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, legacy_id, what)
      select 'wch_' || lpad(n::text, 26, '0'), (${people}::text[])[1 + n % 10], 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', 10000 + n,
             'watch_' || n,
             jsonb_build_object('origin', 'AAA', 'destination', 'BBB', 'departureFrom', '2026-06-01', 'departureTo', '2026-09-08')
        from generate_series(0, 999) as n
    )
    insert into watch_fares (watch_id, fare_id)
    select 'wch_' || lpad(n::text, 26, '0'), 'far_b' || n
      from generate_series(0, 999) as n`;
  await sql`
    insert into moved_rows (source, old_id, new_id, fate, read_digest, written_digest)
    select 'watches', 'watch_' || n, 'wch_' || lpad(n::text, 26, '0'), 'imported', '', ''
      from generate_series(0, 9999) as n`;
  await sql`analyze`;
}, 60_000);

const seqs = async (request: Parameters<typeof scans>[0][]) =>
  (await Promise.all(request.map(scans))).flat().filter(({ how, of }) => how === "Seq Scan" && /fares|watch/.test(of));

test("a list of a hundred baskets of a hundred fares takes one request, and reads only their rows, by index", async () => {
  let items: Watch.Info[] = [];
  const requests = await statementsOf(async () => {
    items = (await Watch.list(userId, { limit: 100 }, a.noon)).items;
  });
  expect(requests).toHaveLength(1);
  expect(items).toHaveLength(100);
  expect(items[0]).toMatchObject({
    ...{ fares: 100, cheapest: { departureDate: "2029-02-18" }, currentPrice: { amount: "109.93" } },
    ...{
      nextCheckAt: "2026-03-02T04:33:00.000Z",
      nextCheckBecause: { code: "departure", days: { min: 91, max: null } },
    },
  });
  const read = await scans(requests[0]![0]!);
  // The watches and their fares are a thousand rows each, which are read as fast whole as by index.
  expect(read.filter(({ how, of }) => how === "Seq Scan" && !/watch/.test(of))).toEqual([]);
  expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(40_000);
});

test("a basket of a hundred fares is created in one request, which finds everything by index", async () => {
  const wanted = {
    ...a.route(),
    departureDate: null,
    departureFrom: "2026-08-01",
    departureTo: "2026-11-08",
    currency: "GBP",
  };
  const { userId: other } = await a.watch(wanted);
  const requests = await statementsOf(() => a.watch({ ...wanted, rules: { target: "50.00" } }, { userId: other }));
  expect(requests).toHaveLength(1);
  expect(await seqs(requests[0]!)).toEqual([]);
});
