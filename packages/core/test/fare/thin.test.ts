import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { dayNumber } from "../../src/base/day.ts";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { afterNoon, hour } from "../support/sweep.ts";

const day = 24 * hour;
const moment = (text: string) => new Date(`2026-${text}Z`);
type Seen = [at: Date, status: string, price: number | null];

beforeEach(async () => {
  await sql`truncate users, fare_keys cascade`;
});

let fares = 0;

/** A fare, or a basket, without watches and with these observations; its last check is the last of them. */
async function fare(id: string, seen: Seen[], basket = false): Promise<string> {
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, checked_at, basket)
      values (${id}, ${basket ? null : "STN"}, ${basket ? null : "BGY"},
              case when ${basket} then null else date '2026-08-01' + ${fares++}::int end, 'economy', 1,
              'GBP', (select max(at) from unnest(${seen.map(([at]) => at)}::timestamptz[]) as at),
              ${basket ? JSON.stringify({ id }) : null})
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select ${id}, seen.*, 'test'
      from unnest(${seen.map(([at]) => at)}::timestamptz[], ${seen.map(([, status]) => status)}::text[],
                  ${seen.map(([, , price]) => price)}::bigint[]) as seen`;
  return id;
}

/** Three checks of one day, the lowest in the middle. */
const three: Seen[] = [
  [moment("03-01T06:00:00"), "ok", 120_00],
  [moment("03-01T12:00:00"), "ok", 100_00],
  [moment("03-01T18:00:00"), "ok", 110_00],
];
const due = moment("03-15T18:00:00");

async function watched(fareId: string, over: { live?: boolean; ended?: boolean } = {}): Promise<void> {
  const { live = true, ended = false } = over;
  const { id } = await a.watch({ rules: { target: "1.00", drop: null } });
  await sql`
    update price_watches
       set is_active = ${live},
           ended_at = case when ${ended} then created_at end
     where price_watches.id = ${id}`;
  await sql`update watch_fares set fare_id = ${fareId}, live = ${live} where watch_fares.watch_id = ${id}`;
}

/** The remaining observations of a fare, oldest first. */
async function kept(fareId: string): Promise<string[]> {
  const rows = await sql`
    select to_char(price_observations.at at time zone 'utc', 'MM-DD HH24:MI') || ' ' || price_observations.status
             || ' ' || coalesce(price_observations.price::text, '-') as line
      from price_observations
     where price_observations.fare_id = ${fareId}
     order by price_observations.at, price_observations.status`;
  return rows.map(({ line }) => String(line));
}

async function thinnedTo(fareId: string): Promise<string | null> {
  const [row] =
    await sql`select to_json(thinned_to at time zone 'utc')#>>'{}' as until from fares where id = ${fareId}`;
  return row?.until ?? null;
}

/** Waits until a session sleeps in Postgres. */
async function asleep(): Promise<void> {
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
}

test("fourteen days after its last check a fare keeps the first observation at each day's lowest ok price", async () => {
  const id = await fare("far_a", [
    [moment("02-26T23:59:59.999"), "ok", 90_00],
    [moment("02-27T00:00:00"), "ok", 130_00],
    [moment("02-27T04:00:00"), "ok", 100_00],
    [moment("02-27T08:00:00"), "ok", 100_00],
    [moment("02-27T08:00:00"), "ghost", 10_00],
    [moment("02-27T12:00:00"), "partial", 20_00],
    [moment("02-28T12:00:00"), "no_results", null],
    [moment("02-28T16:00:00"), "provider_error", null],
    [moment("03-01T18:00:00"), "rate_limited", null],
    [moment("03-01T12:00:00"), "ok", 110_00],
  ]);
  expect(await Fare.thin(new Date(due.getTime() - 1))).toEqual({ fares: 0, observations: 0 });
  expect(await Fare.thin(due)).toEqual({ fares: 1, observations: 7 });
  expect(await kept(id)).toEqual(["02-26 23:59 ok 9000", "02-27 04:00 ok 10000", "03-01 12:00 ok 11000"]);
  expect(await thinnedTo(id)).toBe("2026-03-02T00:00:00");
  expect(await Fare.thin(due)).toEqual({ fares: 0, observations: 0 });
});

test("nothing is thinned while a watch has not ended, paused or not, by itself or through a basket", async () => {
  for (const id of ["far_live", "far_paused", "far_in", "far_over", "far_free"]) await fare(id, three);
  await fare("far_basket", three, true);
  await fare("far_left", three, true);
  await sql`
    insert into basket_fares (basket_id, fare_id)
    values ('far_basket', 'far_in'), ('far_left', 'far_in'), ('far_left', 'far_free')`;
  await watched("far_live");
  await watched("far_paused", { live: false });
  await watched("far_basket", { live: false });
  await watched("far_over", { live: false, ended: true });
  expect(await Fare.thin(due)).toEqual({ fares: 3, observations: 6 });
  for (const id of ["far_live", "far_paused", "far_in", "far_basket"]) expect(await kept(id), id).toHaveLength(3);
  for (const id of ["far_over", "far_left", "far_free"]) expect(await kept(id), id).toEqual(["03-01 12:00 ok 10000"]);
});

test("a fare that is watched again keeps what it has, and is later thinned only from there on", async () => {
  const id = await fare("far_a", three);
  await Fare.thin(due);
  // What is before this was thinned already: if it were read again, this one would go.
  await sql`insert into price_observations values (${id}, ${moment("03-01T23:00:00")}, 'ok', 90_00, 'test')`;
  for (const at of [moment("03-20T06:00:00"), moment("03-20T18:00:00")])
    await sql`insert into price_observations values (${id}, ${at}, 'ok', 80_00, 'test')`;
  await sql`update fares set checked_at = ${moment("03-20T18:00:00")}, due_at = ${moment("03-21T00:00:00")}`;
  const again = moment("04-10T00:00:00");
  expect(await Fare.thin(again)).toEqual({ fares: 0, observations: 0 });
  await sql`update fares set due_at = null`;
  expect(await Fare.thin(again)).toEqual({ fares: 1, observations: 1 });
  expect(await kept(id)).toEqual(["03-01 12:00 ok 10000", "03-01 23:00 ok 9000", "03-20 06:00 ok 8000"]);
  expect(await thinnedTo(id)).toBe("2026-03-21T00:00:00");
});

test("a run passes fares that may not be thinned, batch by batch, and concurrent runs do each fare once", async () => {
  const ids = await Promise.all(Array.from({ length: 9 }, (_, n) => fare(`far_${n}`, three)));
  for (const id of ids.slice(0, 5)) await watched(id, { live: false });
  const requests = await statementsOf(async () => {
    const reports = await Promise.all([Fare.thin(due, { batch: 2 }), Fare.thin(due, { batch: 2 })]);
    expect(reports[0]!.fares + reports[1]!.fares).toBe(4);
    expect(reports[0]!.observations + reports[1]!.observations).toBe(8);
  });
  expect(requests.length).toBeLessThanOrEqual(10);
  expect(await Fare.thin(due, { batch: 2 })).toEqual({ fares: 0, observations: 0 });
  expect(await Fare.thin(due, { within: -1 })).toEqual({ fares: 0, observations: 0 });
});

test("a run killed at any point leaves each fare untouched or done, and the next run finds the rest", async () => {
  for (const id of ["far_1", "far_2", "far_3"]) await fare(id, three);
  let sent = 0;
  const dying = interceptRequests(
    () => {
      if (++sent > 1) throw new TypeError("fetch failed");
    },
    () => Fare.thin(due, { batch: 1 }),
  );
  await expect(dying).rejects.toThrow();
  expect((await kept("far_1")).length).toBe(1);
  expect((await kept("far_2")).length).toBe(3);
  expect(await thinnedTo("far_2")).toBeNull();
  expect(await Fare.thin(due)).toEqual({ fares: 2, observations: 4 });
});

test("a locked fare is left to the next run, without waiting", async () => {
  await fare("far_held", three);
  await fare("far_free", three);
  const holding = sql.transaction([
    sql`select from fares where fares.id = 'far_held' for key share`,
    sql`select pg_sleep(2)`,
  ]);
  await asleep();
  expect(await Fare.thin(due)).toEqual({ fares: 1, observations: 2 });
  expect(await kept("far_held")).toHaveLength(3);
  await holding;
  expect(await Fare.thin(due)).toEqual({ fares: 1, observations: 2 });
});

test("a watch created while its fare is found unwatched keeps the whole history", async () => {
  const id = await fare("far_wanted", three);
  await fare("far_basket", three, true);
  await sql`insert into basket_fares (basket_id, fare_id) values ('far_basket', ${id})`;
  const { id: watchId } = await a.watch();

  // Makes the query for a fare's baskets take a second.
  await sql`alter table basket_fares rename to basket_fares_at_once`;
  await sql`
    create view basket_fares as
    with slow as materialized (select pg_sleep(1))
    select basket_fares_at_once.* from slow cross join basket_fares_at_once`;
  const thinning = Fare.thin(due);
  await asleep();
  await sql`
    with due as (
      update fares set due_at = ${due} where fares.id = ${id}
    )
    insert into watch_fares (watch_id, fare_id) values (${watchId}, ${id})`;
  const thinned = await thinning;
  await sql`drop view basket_fares`;
  await sql`alter table basket_fares_at_once rename to basket_fares`;
  expect(thinned).toEqual({ fares: 1, observations: 2 });
  expect(await kept("far_basket")).toHaveLength(1);
  expect(await kept(id)).toHaveLength(3);
});

const price = fc.integer({ min: 1, max: 60 }).map((units) => units * 1_000);
const status = fc.constantFrom("ok", "ok", "ok", "no_results", "provider_error");
const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 110 * 24 - 1 }), status, price), {
  minLength: 5,
  maxLength: 400,
});

test("the usual price by days, and a new low, are the same with a thinned history", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 0, max: 100 }), async (told, days) => {
      const hours = new Map(told.map(([hours, status, price]) => [hours, { status, price }]));
      const seen = [...hours].map(([hours, { status, price }]): Seen => {
        return [new Date(Date.UTC(2026, 0, 1) + hours * hour), status, status === "ok" ? price : null];
      });
      const id = await fare(`far_${number++}`, seen);
      const at = Date.UTC(2026, 3, 21 + days);
      const before = await said(id, at);
      await Fare.thin(new Date(Date.UTC(2026, 11, 1)));
      expect(await said(id, at)).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

/** The baseline and the low of ninety days at a midnight, computed over all ok observations before it. */
async function said(fareId: string, at: number) {
  const rows = await sql`
    select (extract(epoch from price_observations.at) * 1000)::float8 as at,
           price_observations.price::float8
      from price_observations
     where price_observations.fare_id = ${fareId}
       and price_observations.status = 'ok'
       and price_observations.at < ${new Date(at)}
     order by price_observations.at`;
  const seen = rows as { at: number; price: number }[];
  const lows = new Map<number, number>();
  for (const { at, price } of seen) lows.set(dayNumber(at), Math.min(price, lows.get(dayNumber(at)) ?? price));
  return {
    baseline: Fare.baseline({ days: [...lows.keys()], prices: [...lows.values()] }, at),
    low: Fare.low(seen, at),
  };
}

test("the fares to thin are found by index among the many that are priced", async () => {
  const userId = await a.user();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, checked_at, due_at)
      select 'far_' || lpad(n::text, 5, '0'), 'STN', 'BGY', date '2026-05-01' + n % 300, 'economy', 1 + n / 300, 'GBP',
             ${a.noon}, case when n >= 40 then ${a.noon}::timestamptz end
        from generate_series(0, 2399) as n
      returning id
    ), seen as (
      insert into price_observations (fare_id, at, status, price, provider)
      select made.id, ${a.noon}::timestamptz - n * interval '1 hour', 'ok', 2000, 'test'
        from made
       cross join generate_series(1, 50) as n
    ), watches as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, is_active)
      select 'wch_' || lpad(n::text, 5, '0'), ${userId}, 'STN', 'BGY', '2026-05-01', 'economy', 1, 'GBP', n, n >= 40
        from generate_series(20, 2399) as n
      returning id, is_active
    )
    insert into watch_fares (watch_id, fare_id, live)
    select watches.id, replace(watches.id, 'wch', 'far'), watches.is_active
      from watches`;
  await sql`analyze`;
  const [request] = await statementsOf(async () => {
    expect(await Fare.thin(afterNoon(14 * day))).toMatchObject({ fares: 20 });
  });
  await sql`update fares set thinned_to = null where due_at is null`;
  const read = await scans(request![0]!);
  const tables = read.filter(({ how, of }) => how !== "ModifyTable" && of !== "basket_fares");
  expect(tables.filter(({ how }) => !/Index|Bitmap/.test(how))).toEqual([]);
  const rows = (table: RegExp) => tables.reduce((sum, { of, rows }) => sum + (table.test(of) ? rows : 0), 0);
  // Forty are read, twenty of them paused; each row of the others is read once to find the low and once to be deleted.
  expect(rows(/^fares$/)).toBeLessThanOrEqual(40 + 40 + 20);
  expect(rows(/watch/)).toBeLessThanOrEqual(40);
  expect(rows(/observations/)).toBeLessThanOrEqual(2 * 20 * 50);
});
