import fc from "fast-check";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import { directLows } from "../support/directlow.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";

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
  fare: fc.nat(3),
  hours: fc.integer({ min: 0, max: 300 }).map((halves) => halves * 12),
  each: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 50_00, max: 200_00 })),
  status: fc.constantFrom("ok", "ok", "ok", "ok", "ok", "partial", "ghost"),
});
const past = fc.record({
  fares: fc.uniqueArray(fare, { minLength: 3, maxLength: 5, selector: (fare) => JSON.stringify(fare) }),
  seen: fc.array(seen, { minLength: 600, maxLength: 800, size: "max" }),
});

type Past = typeof past extends fc.Arbitrary<infer T> ? T : never;

/** Inserts the fares; returns them with their ids, and the prices seen. */
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
  return { rows, prices };
}

type Prices = Awaited<ReturnType<typeof written>>["prices"];

/** Observes the prices, and rolls up after the first 60 days and then each two days, until the end. */
async function observe(prices: Prices, lows: number): Promise<Date> {
  const until = (days: number) => new Date(a.noon.getTime() + days * day);
  const isIn = (from: number, to: number) => (at: string) =>
    at >= until(from).toISOString() && at < until(to).toISOString();
  for (let [from, to] = [0, 60]; from < 152; [from, to] = [to, to + 2]) {
    await insert(prices.filter(({ at }) => isIn(from, to)(at)));
    await Fare.rollUp(until(to), { lows });
  }
  return until(152);
}

async function insert(prices: Prices): Promise<void> {
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
}

/** The kept lows of the fares' routes at `at`, where they are known. */
async function pastLows(at: Date) {
  const rows = await sql`
    select fares.id as "fareId",
           route.low::float8
      from fares
      join lateral (${Fare.selectPastLow(sql`fares`, sql`${at}::timestamptz`, sql`'test'`)}) as route on true
     where route.low is not null
     order by fares.id`;
  return rows as { fareId: string; low: number }[];
}

test("the kept low is, at each price of the route, that of a statement over all its prices", {
  timeout: 240_000,
}, async () => {
  let judged = 0;
  await fc.assert(
    fc.asyncProperty(past, fc.constantFrom(7, 500), async (past, lows) => {
      const { rows, prices } = await written(past);
      const until = await observe(prices, lows);
      const seen = await sql`
        select price_observations.fare_id as "fareId",
               price_observations.at
          from price_observations
         where price_observations.status = 'ok'
           and price_observations.at > ${new Date(until.getTime() - 60 * day)}
         order by md5(price_observations.fare_id || price_observations.at)
         limit 80`;
      for (const { fareId, at } of seen) {
        const direct = await directLows([fareId], "test", new Date(at));
        const known = (await pastLows(new Date(at))).filter((low) => low.fareId === fareId);
        const fare = rows.find(({ id }) => id === fareId)!;
        const party = fare.adults + fare.children;
        expect(known).toEqual(
          direct.map(({ price, paying }) => ({ fareId, low: Math.floor((price * party) / paying) })),
        );
        judged += known.length;
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
  expect(judged).toBeGreaterThan(20);
});

const daily = (count: number) => Array.from({ length: count }, (_, n) => [n * day, n * day + hour]).flat();

/** One fare with the same two prices on each of `days` days. */
async function recordDays(days: number): Promise<Date> {
  const { prices } = await written({
    fares: [{ days: 220, adults: 1, children: 0, infants: 0, cabin: "economy", isReturn: false }],
    seen: daily(days).map((at) => ({ fare: 0, hours: at / hour, each: 100_00, status: "ok" })),
  });
  await insert(prices);
  return new Date(a.noon.getTime() + days * day);
}

const keptRows = async () =>
  (await sql`select at::text, share::float8, pending from route_lows order by at`) as {
    at: string;
    pending: boolean;
  }[];

test("a low that stays the same is kept once", async () => {
  await Fare.rollUp(await recordDays(20));
  expect(await keptRows()).toMatchObject([{ share: 100_00 * 2520, pending: false }]);
});

test("killed after each request in turn, the next run keeps the same lows", async () => {
  const at = await recordDays(20);
  await Fare.rollUp(at);
  const expected = await keptRows();
  for (let survived = 0; survived < 8; survived++) {
    await recordDays(20);
    let sent = 0;
    const dying = interceptRequests(
      () => {
        if (sent++ >= survived) throw new TypeError("fetch failed");
      },
      () => Fare.rollUp(at, { lows: 10 }),
    );
    await dying.catch(() => undefined);
    await Fare.rollUp(at);
    expect(await keptRows()).toEqual(expected);
  }
});

test("lows go with the days they were of, but for the last before them", async () => {
  const at = await recordDays(20);
  await Fare.rollUp(at);
  await sql`
    insert into route_lows (sample_id, at, share, pending)
    select sample_id, at - n * interval '1 day', 1, false from route_lows cross join generate_series(1, 3) as n`;
  const later = new Date(at.getTime() + 88 * day);
  await Fare.rollUp(later);
  expect(await keptRows()).toHaveLength(1);
});
