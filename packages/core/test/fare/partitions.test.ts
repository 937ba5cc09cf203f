import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Insight from "../../src/insight.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { dropMonths, partitionsOf, placesOf } from "../support/partitions.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour } from "../support/sweep.ts";

const at = (moment: string) => new Date(`${moment}Z`);
const prefix = "price_observations_";
const day = 24 * hour;

beforeEach(async () => {
  await dropMonths("price_observations");
  await sql`truncate users, fare_keys cascade`;
});

const months = () => partitionsOf("price_observations");
const places = () => placesOf("price_observations", "at");

/** A fare on a day of 2027, observed at these moments. */
async function observed(id: string, ...moments: string[]): Promise<void> {
  await sql`
    with fare as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
      select ${id}, 'STN', 'BGY', date '2027-01-01' + (select count(*)::int from fares), 'economy', 1, 'GBP'
       where not exists (select from fares where fares.id = ${id})
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select ${id}, moment, 'ok', 2000, 'test'
      from unnest(${moments.map(at)}::timestamptz[]) as moment`;
}

/** Waits until this number of statements in the database wait for this, with a deadline. */
function waited(how: "PgSleep" | "Lock", count: number) {
  return sql.unsafe(`
    do $$ begin for tries in 1..80 loop
      exit when ${count} <= (
        select count(*) from pg_stat_activity where datname = current_database() and '${how}' in (wait_event, wait_event_type));
      perform pg_stat_clear_snapshot();
      perform pg_sleep(0.01);
    end loop; end $$`);
}

test("the month and the two after it are created once, however often and by however many runs", async () => {
  const reports = await Promise.all([1, 2, 3].map(() => Fare.maintainPartitions(at("2026-12-31T23:59:59.999"))));
  for (const { dropped } of reports) expect(dropped).toEqual([]);
  expect(await months()).toEqual(["2026_12", "2027_01", "2027_02", "default"]);
  expect(await Fare.maintainPartitions(at("2026-12-31T23:59:59.999"))).toEqual({ made: [], dropped: [] });
  expect(await Fare.maintainPartitions(at("2027-01-01T00:00:00"))).toEqual({
    made: ["price_observations_2027_03"],
    dropped: [],
  });
});

test("a check without a partition for its month is kept, and moves when the partition is created", async () => {
  const { name } = await a.watch();
  const provider = stubProvider((asked) => (asked === name ? 100_00 : null));
  const [first, second] = [at("2026-04-30T23:59:59.999"), at("2026-05-01T00:00:00")];
  for (const moment of [first, second]) await Sweep.run(moment, { provider, cadence: everySweep });
  expect(await places()).toEqual(["default", "default"]);
  await Fare.maintainPartitions(at("2026-03-20T00:00:00"));
  expect(await places()).toEqual(["2026_04", "2026_05"]);
  await observed("far_early", "2026-06-01T00:00:00", "2026-06-30T23:59:59.999");
  await Fare.maintainPartitions(at("2026-03-31T23:59:59.999"));
  expect(await places()).toEqual(["2026_04", "2026_05", "default", "default"]);
  await Fare.maintainPartitions(at("2026-04-01T00:00:00"));
  expect(await places()).toEqual(["2026_04", "2026_05", "2026_06", "2026_06"]);
});

test("a month is dropped 25 months after its end, and no sooner", async () => {
  await observed("far_old", "2024-02-01T00:00:00", "2024-02-29T23:59:59.999", "2024-03-01T00:00:00");
  await Fare.maintainPartitions(at("2026-03-31T23:59:59.999"));
  expect(await places()).toEqual(["2024_02", "2024_02", "2024_03"]);
  const { dropped } = await Fare.maintainPartitions(at("2026-04-01T00:00:00"));
  expect(dropped).toEqual(["price_observations_2024_02"]);
  expect(await places()).toEqual(["2024_03"]);
  await observed("far_old", "2024-02-15T00:00:00");
  await Fare.maintainPartitions(at("2026-04-01T00:00:00"));
  expect(await places()).toEqual(["2024_03"]);
});

test("observations from before there were partitions are one partition, dropped with the last of its months", async () => {
  await sql`create table price_observations_before (like price_observations including all)`;
  await sql`
    alter table price_observations attach partition price_observations_before
      for values from (minvalue) to ('2026-04-01T00:00:00Z')`;
  await observed("far_old", "2024-02-01T00:00:00", "2026-03-31T23:59:59.999", "2026-04-01T00:00:00");
  await Fare.maintainPartitions(at("2026-03-10T00:00:00"));
  expect(await places()).toEqual(["before", "before", "2026_04"]);
  await Fare.maintainPartitions(at("2028-04-30T23:59:59.999"));
  expect(await places()).toEqual(["before", "before", "2026_04"]);
  await Fare.maintainPartitions(at("2028-05-01T00:00:00"));
  expect(await places()).toEqual(["2026_04"]);
});

test("sweeps go on while months are created: none fails, and each check is kept once", async () => {
  const userId = await a.user();
  const watches = await Promise.all(
    Array.from({ length: 8 }, () => a.watch({ departureDate: "2027-02-20" }, { userId })),
  );
  const provider = stubProvider((_, moment) => 100_00 + (moment.getTime() % 97));
  const rounds = Array.from({ length: 24 }, (_, round) => new Date(a.noon.getTime() + round * 14 * day));
  for (const round of rounds) {
    const sweep = () => Sweep.run(round, { provider, cadence: everySweep, batch: 3 });
    // A month that could not be created because others were working is created by the next run.
    const tend = () => Fare.maintainPartitions(round).catch((error) => expect(error).toMatchObject({ code: "55P03" }));
    await Promise.all([sweep(), tend(), sweep(), tend()]);
  }
  await Fare.maintainPartitions(rounds.at(-1)!);
  const kept = await sql`
    select price_observations.fare_id
      from price_observations
     group by price_observations.fare_id
    having count(*) = ${rounds.length}`;
  expect(kept).toHaveLength(watches.length);
  expect(await places()).not.toContain("default");
});

test("a settling that meets a waiting partition lock waits behind it, and neither aborts the other", async () => {
  await observed("far_busy", "2026-03-05T00:00:00");
  const settle = (moment: string) => sql`
    with settled as (
      update fares set checked_at = ${at(moment)} where fares.id = 'far_busy' returning fares.id
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select settled.id, ${at(moment)}, 'ok', 2000, 'test'
      from settled`;
  let made = false;
  for (let second = 0; !made && second < 10; second += 2) {
    const one = sql.transaction([settle(`2026-03-06T00:00:0${second}`), sql`${waited("Lock", 2)}`]);
    await sql`${waited("PgSleep", 1)}`;
    const month = Fare.maintainPartitions(a.noon).catch((error) => expect(error).toMatchObject({ code: "55P03" }));
    const other = sql.transaction([sql`${waited("Lock", 1)}`, settle(`2026-03-06T00:00:0${second + 1}`)]);
    await Promise.all([month, one, other]);
    made = (await months()).includes("2026_03");
  }
  expect(made).toBe(true);
});

test("a reader or writer that ends within two seconds delays no month until the next run", async () => {
  await observed("far_read", "2026-03-05T00:00:00");
  const writing = sql.transaction([
    sql`update fares set checked_at = ${at("2026-03-06T00:00:00")} where fares.id = 'far_read'`,
    sql`select pg_sleep(1.1)`,
  ]);
  await sql`${waited("PgSleep", 1)}`;
  await Fare.maintainPartitions(a.noon);
  await writing;
  expect(await places()).toEqual(["2026_03"]);
});

test("a reader that does not end delays a month, and blocks others for at most a second each time", async () => {
  await observed("far_read", "2026-03-05T00:00:00");
  const reading = sql.transaction([sql`select count(*) from price_observations`, sql`select pg_sleep(5)`]);
  await sql`${waited("PgSleep", 1)}`;
  const began = performance.now();
  await expect(Fare.maintainPartitions(a.noon)).rejects.toMatchObject({ code: "55P03" });
  expect(performance.now() - began).toBeLessThan(4_500);
  await observed("far_read", "2026-03-06T00:00:00");
  await reading;
  await Fare.maintainPartitions(a.noon);
  expect(await places()).toEqual(["2026_03", "2026_03"]);
});

/**
 * A watch with every rule, and two more fares of its route among forty, with fourteen full months of two checks a day.
 */
async function history() {
  const { userId, id, name } = await a.watch({ rules: { newLow: true, routeLow: true } });
  await sql`
    with others as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
      select 'far_' || n, fares.origin, case when n < 3 then fares.destination else 'XXX' end, fares.departure_date + n,
             fares.cabin, 1, fares.currency
        from fares
       cross join generate_series(1, 39) as n
      returning id
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select known.id, moment, 'ok', 20000, 'market'
      from (select id from others union all select id from fares) as known
     cross join generate_series('2025-01-01T00:00:00Z', '2026-02-28T12:00:00Z', interval '12 hours') as moment`;
  await Fare.maintainPartitions(a.noon);
  await sql`analyze`;
  return { userId, id, name };
}

/** The partitions of the history that were read, and how many of their rows were read without an index. */
async function looked(sent: Parameters<typeof scans>[0]) {
  const found = (await scans(sent)).filter(({ of }) => of.startsWith(prefix));
  return {
    months: [...new Set(found.map(({ of }) => of.slice(prefix.length)))].sort(),
    read: found.reduce((sum, { rows }) => sum + rows, 0),
    unindexed: found.filter(({ how, rows }) => rows > 0 && !/Index|Bitmap/.test(how)),
  };
}

test("rules and insights read only the partitions of ninety days, by index", async () => {
  const { name } = await history();
  // Of fares that the roll-up has not taken up yet, the observations themselves are read.
  await sql`truncate route_changes`;
  await sql`update fares set counted = false`;
  await sql`analyze fares`;
  expect(await months()).toHaveLength(18);
  const provider = stubProvider((asked) => (asked === name ? 150_00 : null));
  const requests = await statementsOf(() => Sweep.run(afterNoon(0), { provider, cadence: everySweep }));
  expect(requests).toHaveLength(3);
  const observing = requests[1]!.filter(({ query }) => query.includes("price_observations"));
  expect(observing).toHaveLength(2);
  for (const sent of observing) {
    const { months, read, unindexed } = await looked(sent);
    expect(months).toEqual(["2025_12", "2026_01", "2026_02", "2026_03"]);
    expect(unindexed).toEqual([]);
    expect(read).toBeGreaterThanOrEqual(179);
  }
  const [origin, destination] = [name.slice(0, 3), name.slice(4, 7)];
  const question = { origin, destination, departureDate: name.slice(8), currency: "GBP", price: "150.00" };
  const [insight] = await statementsOf(() => Insight.get(question, afterNoon(0)));
  const { months: asked, unindexed } = await looked(insight![0]!);
  expect(asked).toEqual(["2025_12", "2026_01", "2026_02", "2026_03"]);
  expect(unindexed).toEqual([]);
});

test("a page of a watch's history is found by index, and reads its fare alone", async () => {
  const { userId, id } = await history();
  const requests = await statementsOf(async () => {
    expect((await Watch.history(userId, id, { limit: 20 }, a.noon)).items).toHaveLength(20);
  });
  const [page] = requests.flat().filter(({ query }) => query.includes("price_observations"));
  const { read, unindexed } = await looked(page!);
  expect(unindexed).toEqual([]);
  expect(read).toBeLessThanOrEqual(850);
});

test("a check is written into its month by the statement that settles it", async () => {
  const { name } = await a.watch();
  await Fare.maintainPartitions(a.noon);
  const provider = stubProvider((asked) => (asked === name ? 100_00 : null));
  const requests = await statementsOf(() => Sweep.run(afterNoon(0), { provider, cadence: everySweep }));
  expect(requests).toHaveLength(3);
  expect(await places()).toEqual(["2026_03"]);
});
