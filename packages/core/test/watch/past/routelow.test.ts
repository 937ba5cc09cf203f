import fc from "fast-check";
import { expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import { selectRoutePrices, toRoutePrices } from "../../../src/watch/past/read.ts";
import { RouteLow } from "../../../src/watch/past/routelow.ts";
import * as a from "../../support/factory.ts";
import { sweptLows } from "../../support/sweptlow.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** Fares of one route by their differences: departure, party, cabin, one way or return. */
const fare = fc.record({
  days: fc.constantFrom(20, 45, 100, 120, 121, 160, 220),
  adults: fc.integer({ min: 1, max: 3 }),
  children: fc.integer({ min: 0, max: 2 }),
  infants: fc.integer({ min: 0, max: 1 }),
  cabin: fc.constantFrom("economy", "economy", "economy", "business"),
  isReturn: fc.constantFrom(false, false, false, true),
});
const seen = fc.record({
  fare: fc.nat(7),
  hours: fc.oneof(
    fc.integer({ min: 0, max: 150 * 24 }),
    fc.integer({ min: 0, max: 150 }).map((days) => days * 24),
  ),
  each: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 50_00, max: 200_00 })),
  status: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "partial", "ghost"),
});
const past = fc.record({
  fares: fc.uniqueArray(fare, { minLength: 3, maxLength: 8, selector: (fare) => JSON.stringify(fare) }),
  seen: fc.array(seen, { minLength: 500, maxLength: 800, size: "max" }),
});

type Past = typeof past extends fc.Arbitrary<infer T> ? T : never;

/** Inserts them; returns the fares' ids with their departures and paying passengers. */
async function written({ fares, seen }: Past) {
  await sql`truncate fare_keys cascade`;
  const { origin, destination } = { origin: "STN", destination: "BGY" };
  const date = (days: number) => new Date(a.noon.getTime() + days * day).toISOString().slice(0, 10);
  const rows = fares.map((fare, index) => ({ ...fare, id: `far_${index}`, departureDate: date(fare.days) }));
  for (const { id, departureDate, days, adults, children, infants, cabin, isReturn } of rows) {
    await sql`
      insert into fares
        (id, origin, destination, departure_date, return_date, cabin, adults, child_ages, infants, currency, due_at, source)
      values
        (${id}, ${origin}, ${destination}, ${departureDate}, ${isReturn ? date(days + 7) : null}, ${cabin}, ${adults},
         ${new Array(children).fill(4)}::smallint[], ${infants}, 'GBP', null, 'test')`;
  }
  const prices = seen.flatMap(({ fare: index, hours, each, status }) => {
    const fare = rows[index];
    const at = new Date(a.noon.getTime() + hours * hour).toISOString();
    return fare ? [{ fareId: fare.id, at, price: each * (fare.adults + fare.children), status }] : [];
  });
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select *, 'test'
      from unnest(
             ${prices.map(({ fareId }) => fareId)}::text[],
             ${prices.map(({ at }) => at)}::timestamptz[],
             ${prices.map(({ status }) => status)}::text[],
             ${prices.map(({ price }) => price)}::bigint[]
           )
    on conflict do nothing`;
  return rows;
}

test("the route low from one reading is at each moment what a sweep gets from Postgres", {
  timeout: 120_000,
}, async () => {
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(past, async (past) => {
      const rows = await written(past);
      const moments = Array.from({ length: 24 }, (_, index) => a.noon.getTime() + index * 7 * day - (index % 2) * hour);
      const lows = new Map<string, RouteLow>();
      for (const { id, departureDate, adults, children, isReturn } of rows) {
        const [read] = await selectRoutePrices(
          sql`select ${id}`,
          sql`${a.noon}::timestamptz`,
          sql`'infinity'::timestamptz`,
        );
        const route = `STN BGY ${isReturn ? "f" : "t"}`;
        lows.set(
          id,
          new RouteLow({ fares: [{ route, departureDate }], paying: adults + children, prices: toRoutePrices(read) }),
        );
      }
      for (const at of moments) {
        const shares = await sweptLows(
          rows.map(({ id }) => id),
          "test",
          new Date(at),
        );
        const expected = rows.map(({ id, adults, children }) => {
          const share = shares.get(id);
          return share ? Math.floor((share * (adults + children)) / 2520) : null;
        });
        judged += expected.filter((bound) => bound !== null).length;
        expect(rows.map(({ id }) => lows.get(id)?.at(at, null))).toEqual(expected);
      }
    }),
    { numRuns: 12 },
  );
  expect(judged).toBeGreaterThan(100);
});

test("of fares with different lows the one meant is unknown", () => {
  const prices = [30, 60].flatMap((departs, lead) =>
    Array.from({ length: 40 }, (_, index) => {
      const at = a.noon.getTime() - (40 - index) * day;
      return { at, price: (departs + index) * 100, paying: 1, lead: lead + 1, route: "STN BGY t" };
    }),
  );
  const [near, far] = ["2026-03-25", "2026-05-20"].map((departureDate, index) => {
    return { id: `far_${index}`, route: "STN BGY t", departureDate };
  });
  const low = (...fares: NonNullable<typeof near>[]) =>
    new RouteLow({ fares, paying: 2, prices }).at(a.noon.getTime(), null);
  expect([low(near!), low(far!), low(near!, near!), low(near!, far!)]).toEqual([74_00, 134_00, 74_00, null]);
  const sold = { fares: [near!, far!], paying: 2, prices };
  expect(new RouteLow(sold).at(a.noon.getTime(), "far_1")).toBe(134_00);
});
