import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { pricesOf } from "../../src/privacy/prices.ts";
import * as Privacy from "../../src/privacy.ts";
import * as Session from "../../src/session.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { sweep } from "../support/sweep.ts";

const hours = (count: number) => new Date(a.noon.getTime() + count * 3_600_000);

async function all(userId: string, at: Date, sizes?: { spans: number; rows: number }) {
  const found = [];
  for await (const row of pricesOf(userId, at, sizes)) found.push(row);
  return found;
}

/** What the history of a watch shows, all series, oldest first. */
async function histories(userId: string, watches: Watch.Info[]) {
  const found = [];
  for (const { id, series: last } of watches) {
    for (let series = 1; series <= last; series++) {
      const rows = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await Watch.history(userId, id, { limit: 100, series, ...(cursor && { cursor }) }, a.noon);
        rows.unshift(...page.items.reverse());
        cursor = page.nextCursor;
      }
      for (const { at, status, price } of rows) {
        const minor = price && Math.round(Number(price.amount) * 100);
        found.push({ watchId: id, series, at, status, price: minor, currency: "GBP", provider: "market" });
      }
    }
  }
  return found;
}

test("the prices of all watches are those of their histories, of every series, one fare or a basket, in any page size", async () => {
  const userId = await a.proven();
  const one = await a.watch({}, { userId });
  const other = await a.watch(
    { departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-02", ...withoutDay() },
    { userId },
  );
  const foreign = await a.watch();
  const sold = {
    [one.name]: 20_000,
    [foreign.name]: 1_000,
    [`${other.origin}-${other.destination} 2026-08-01`]: 30_000,
  };
  for (let n = 0; n < 5; n++) await sweep(hours(n), n === 2 ? {} : { ...sold, [one.name]: 20_000 + n });
  const changed = await Watch.update(userId, one.id, { adults: 2 }, hours(6));
  for (let n = 7; n < 10; n++) await sweep(hours(n), sold);
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select price_observations.fare_id, price_observations.at, 'ghost', 5, 'market'
      from price_observations
      join watch_fares on watch_fares.fare_id = price_observations.fare_id
     where watch_fares.watch_id = ${one.id}`;
  const watches = [changed, await Watch.get(userId, other.id, hours(10))].sort((x, y) => (x.id < y.id ? -1 : 1));
  expect(changed.series).toBe(2);
  const expected = await histories(userId, watches);
  expect(expected.length).toBeGreaterThan(15);
  for (const sizes of [undefined, { spans: 1, rows: 1 }, { spans: 3, rows: 2 }, { spans: 2, rows: 7 }])
    expect(await all(userId, hours(10), sizes)).toEqual(expected);
  // Nothing of later than the export.
  expect(await all(userId, hours(3))).toEqual(expected.filter(({ at }) => at <= hours(3).toISOString()));
});
const withoutDay = () => {
  const { origin, destination } = a.route();
  return { origin, destination };
};

/** An export of a user whose prices take several parts, of some hundred bytes each in place of 3 MB. */
test("an export of many prices is written in parts, of which none is lost when the worker is killed between them", async () => {
  const watch = await a.watch();
  const { userId } = watch;
  const now = new Date();
  const { token } = await a.session(userId, now);
  const { sessionId } = Session.lookup(token);
  await sql.transaction([
    sql`select set_config('route.noted', 'yes', true)`,
    sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, ${now}::timestamptz - n * interval '1 minute', 'ok', 10000 + n, 'market'
      from watch_fares
     cross join generate_series(1, 60000) as n
     where watch_fares.watch_id = ${watch.id}`,
  ]);
  const { id } = await Privacy.requestExport(userId, sessionId, now);
  let written = 0;
  const cut = interceptRequests(
    (_, body) => {
      if (body.includes("insert into export_parts") && ++written === 2) throw new TypeError("fetch failed");
    },
    () => Privacy.prepareExports(now),
  );
  await expect(cut).rejects.toThrow();
  const stored = () => sql`select export_parts.part from export_parts where export_parts.export_id = ${id} order by 1`;
  expect(await stored()).toEqual([{ part: 1 }]);
  await sql`insert into export_parts (export_id, part, content) values (${id}, 9, '{"prices":[{"of":"an earlier try"}]}')`;
  await sql`update exports set claimed_until = now() - interval '1 second' where exports.id = ${id}`;
  expect(await Privacy.prepareExports(now)).toEqual({ exports: 1 });

  const link = { token: await a.token(userId, "export_ready") };
  const prices: { price: number; watchId: string }[] = [];
  const { parts } = await Privacy.getExport(userId, id, link, now);
  expect(parts).toBeGreaterThan(2);
  for (let part = 1; part <= parts; part++) {
    const text = String((await Privacy.getExport(userId, id, { ...link, part }, now)).content);
    expect(text.length).toBeLessThan(3_001_000);
    const held = JSON.parse(text);
    expect(held).toMatchObject({ madeAt: now.toISOString(), part, parts });
    prices.push(...held.prices);
  }
  expect(prices.map(({ price }) => price)).toEqual(Array.from({ length: 60_000 }, (_, n) => 70_000 - n));
  for (const part of [parts + 1, 9])
    await expect(Privacy.getExport(userId, id, { ...link, part }, now)).rejects.toMatchObject({
      code: "export.missing",
    });
}, 60_000);

test("an export that was ready before there were parts can still be fetched", async () => {
  const watch = await a.watch();
  const now = new Date();
  const { token } = await a.session(watch.userId, now);
  const { id } = await Privacy.requestExport(watch.userId, Session.lookup(token).sessionId, now);
  await Privacy.prepareExports(now);
  const old = { madeAt: now.toISOString(), part: 1, parts: 2, users: [{ firstName: "Robin" }] };
  await sql`update exports set content = ${JSON.stringify([old, { ...old, part: 2 }])} where exports.id = ${id}`;
  await sql`delete from export_parts where export_parts.export_id = ${id}`;
  const link = { token: await a.token(watch.userId, "export_ready") };
  for (const part of [1, 2]) {
    const { content, parts } = await Privacy.getExport(watch.userId, id, { ...link, part }, now);
    expect([JSON.parse(String(content)), parts]).toEqual([{ ...old, part }, 2]);
  }
  await expect(Privacy.getExport(watch.userId, id, { ...link, part: 3 }, now)).rejects.toMatchObject({
    code: "export.missing",
  });
});
