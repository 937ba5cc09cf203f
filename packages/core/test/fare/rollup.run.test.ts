import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import { metricLines } from "../support/logs.ts";
import { interceptRequests } from "../support/network.ts";

const day = 86_400_000;
const noon = Date.UTC(2026, 5, 15, 12);
const at = new Date(noon);

beforeEach(async () => {
  await sql`truncate users, fare_keys cascade`;
});

/**
 * Fares of a route (4), each with an ok observation every 8 hours on each of `days` days before noon, those of one fare
 * a minute before those of the other.
 */
async function record({ days = 30, fares = 4, every = 8, apart = 1, counted = true } = {}): Promise<void> {
  await sql`
    insert into fares (id, origin, destination, departure_date, cabin, adults, currency, counted)
    select 'far_' || n, 'STN', 'BGY', date '2026-08-01' + n, 'economy', 1 + n, 'GBP', ${counted}
      from generate_series(0, ${fares - 1}::int) as n`;
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select 'far_' || n, ${at}::timestamptz - number * make_interval(hours => ${every}) - n * make_interval(mins => ${apart}), 'ok',
           (5000 + number * 37 % 900) * (1 + n), 'test'
      from generate_series(0, ${fares - 1}::int) as n
     cross join generate_series(1, 24 / ${every}::int * ${days}::int) as number`;
}

/** Everything that is rolled up, in one form: the days of each sample, and its buckets and lows. */
async function rolledUp() {
  const days = await sql`
    select part, day::text, sum(seen.number)::int as number, string_agg(seen.share::text, ' ' order by seen.share, seen.at) as shares
      from route_samples
      join route_days on route_days.sample_id = route_samples.id
     cross join unnest(ats, shares, numbers) as seen (at, share, number)
     group by part, day
     order by part, day`;
  const buckets = await sql`
    select part, bucket, route_buckets.number, string_agg(seen.share || ' ' || seen.number, ' ' order by seen.share) as shares
      from route_samples
      join route_buckets on route_buckets.sample_id = route_samples.id
     cross join unnest(shares, numbers) as seen (share, number)
     group by part, bucket, route_buckets.number
     order by part, bucket`;
  const ranges = await sql`
    select part, range, route_ranges.number::int
      from route_samples
      join route_ranges on route_ranges.sample_id = route_samples.id
     where route_ranges.number <> 0
     order by part, range`;
  const lows = await sql`
    select part, number::int, low_bucket, low_below::int
      from route_samples
     where number > 0
     order by part`;
  const [noted] = await sql`select count(*)::int as count from route_changes`;
  return { days, buckets, ranges, lows, noted: noted?.count };
}

/** The result of one run that nothing disturbed. */
async function undisturbed(): Promise<Awaited<ReturnType<typeof rolledUp>>> {
  await Fare.rollUp(at);
  const result = await rolledUp();
  await sql`truncate users, fare_keys cascade`;
  return result;
}

test("run twice, or by two at once, each observation is counted once", async () => {
  await record();
  const expected = await undisturbed();
  expect(expected.days.length).toBeGreaterThan(30);
  expect(expected.noted).toBe(0);
  await record();
  const runs = await Promise.all([1, 2, 3].map(() => Fare.rollUp(at, { batch: 50 })));
  expect(runs.reduce((sum, { observations }) => sum + observations, 0)).toBe(4 * 90);
  expect(await rolledUp()).toEqual(expected);
  expect(await Fare.rollUp(at)).toEqual({ observations: 0, fares: 0, samples: 0, lows: 0, cut: false });
  expect(await rolledUp()).toEqual(expected);
});

test.each([[false], [true]])(
  "killed after each request in turn, the next runs complete it (counted before: %s)",
  async (counted) => {
    await record({ counted });
    const expected = await undisturbed();
    await record({ counted });
    for (let survived = 0; survived < 12; survived++) {
      let sent = 0;
      const dying = interceptRequests(
        () => {
          if (sent++ >= survived) throw new TypeError("fetch failed");
        },
        () => Fare.rollUp(at, { batch: 70, fares: 1 }),
      );
      await dying.catch(() => undefined);
    }
    await Fare.rollUp(at);
    expect(await rolledUp()).toEqual(expected);
  },
);

test("an answer that is lost after the commit loses and doubles nothing", async () => {
  await record();
  const expected = await undisturbed();
  await record();
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    await (await send(input, init)).text();
    throw new TypeError("fetch failed");
  };
  await Fare.rollUp(at, { batch: 100 }).catch(() => undefined);
  globalThis.fetch = send;
  await Fare.rollUp(at);
  expect(await rolledUp()).toEqual(expected);
});

test("lows that take too long together are found a few at a time", async () => {
  const lows = async () => sql`select at::text, share::float8, pending from route_lows order by sample_id, at`;
  // More prices than are looked at together.
  const many = { days: 24, fares: 9, every: 2, apart: 0 };
  await record(many);
  await Fare.rollUp(at);
  const expected = await lows();
  expect(expected.length).toBeGreaterThan(30);
  await sql`truncate users, fare_keys cascade`;
  await record(many);
  let refused = 0;
  const slow = (_: string, body: string) => {
    if (body.split("with recursive").length <= 4 || !body.includes("update route_lows")) return;
    refused++;
    throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
  };
  await interceptRequests(slow, () => Fare.rollUp(at));
  expect(refused).toBeGreaterThan(0);
  expect(await lows()).toEqual(expected);
  expect(expected.filter(({ pending }) => pending)).toEqual([]);
});

test("an observation that is committed late is counted by the run after", async () => {
  await record();
  const late = sql.transaction([
    sql`insert into price_observations values ('far_0', ${new Date(noon - 5 * day - 1)}, 'ok', 77700, 'test')`,
    sql`select pg_sleep(1.5)`,
  ]);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  expect(await Fare.rollUp(at)).toMatchObject({ observations: 4 * 90 });
  await late;
  expect(await Fare.rollUp(at)).toMatchObject({ observations: 1 });
  const [found] = await sql`select from route_days where ${77_700 * 2_520}::bigint = any(shares)`;
  expect(found).toBeDefined();
});

test("fares from before the roll-up are taken up in steps, a locked one later", async () => {
  await record();
  const expected = await undisturbed();
  await record({ counted: false });
  expect(await sql`select from route_changes`).toEqual([]);
  expect(await Fare.rollUp(at, { within: -1 })).toEqual({ observations: 0, fares: 0, samples: 0, lows: 0, cut: true });
  const holding = sql.transaction([
    sql`select from fares where fares.id = 'far_2' for no key update`,
    sql`select pg_sleep(6)`,
  ]);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  expect(await Fare.rollUp(at, { fares: 2 })).toMatchObject({ fares: 3 });
  await holding;
  expect(await Fare.rollUp(at, { fares: 2 })).toMatchObject({ fares: 1 });
  expect(await rolledUp()).toEqual(expected);
});

test("what is past the window leaves the buckets, and after 92 days the samples", async () => {
  await record();
  await Fare.rollUp(at);
  for (const days of [1, 40, 75]) {
    const later = new Date(noon + days * day);
    await Fare.rollUp(later, { samples: 2 });
    const rolled = await rolledUp();
    // As if all had been noted at that time.
    await sql`truncate route_changes, route_samples, route_days, route_buckets, route_ranges, route_lows`;
    await sql`update fares set counted = false`;
    await Fare.rollUp(later);
    expect(rolled).toEqual(await rolledUp());
    expect(rolled.days.length > 0).toBe(true);
  }
  await Fare.rollUp(new Date(noon + 93 * day));
  expect(await sql`select from route_samples`).toEqual([]);
  expect(await sql`select from route_days`).toEqual([]);
  expect(await sql`select from route_buckets`).toEqual([]);
  expect(await sql`select from route_ranges`).toEqual([]);
});

test("observations that move to a partition of their own are not counted again", async () => {
  await record();
  await Fare.maintainPartitions(at);
  await Fare.maintainPartitions(at);
  expect(await Fare.rollUp(at)).toMatchObject({ observations: 4 * 90 });
});

test("a fare that is deleted, or a price that is corrected, leaves nothing of it behind", async () => {
  await record();
  await Fare.rollUp(at);
  await sql`update price_observations set price = 12300 where fare_id = 'far_0'`;
  await sql`delete from fares where id in ('far_1', 'far_2', 'far_3')`;
  await Fare.rollUp(at);
  const { days, buckets } = await rolledUp();
  expect(new Set(buckets.map(({ shares }) => String(shares).split(" ")[0]))).toEqual(new Set([String(12_300 * 2_520)]));
  expect(days.reduce((sum, { number }) => sum + Number(number), 0)).toBe(2 * 90);
});

test("each run emits how many notes are left, also when it has no time for any", async () => {
  await record();
  const left = async (within?: number) => (await metricLines(() => Fare.rollUp(at, { within })))[0]?.RouteChanges;
  expect([await left(-1), await left(), await left()]).toEqual([4 * 90, 0, 0]);
});
