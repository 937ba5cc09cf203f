import { beforeEach, describe, expect, test } from "vitest";
import { countGhosts } from "../../src/analytics/ghosts.ts";
import * as Analytics from "../../src/analytics.ts";
import { sql } from "../../src/base/db.ts";
import * as Clean from "../../src/clean.ts";
import * as Sweep from "../../src/sweep.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour } from "../support/sweep.ts";

beforeEach(async () => {
  await sql`truncate ghost_days, price_observations, price_watches, fares cascade`;
});

const at = new Date("2026-11-26T12:00:00Z");

/** A day of a provider, as it was counted. */
async function counted(day: string, provider: string, alerts: number, ghosts: number) {
  await sql`
    insert into ghost_days (day, provider, alerts, ghosts)
    values (${day}, ${provider}, ${alerts}, ${ghosts})`;
}

const days = () =>
  sql`
    select ghost_days.day::text, ghost_days.provider, ghost_days.alerts, ghost_days.ghosts
      from ghost_days
     order by 1, 2`;

/** A sweep in which every fare costs 100.00, which the provider confirms, or takes back. */
async function priced(moment: Date, takesBack: boolean, name = "market") {
  const provider = stubProvider(
    () => 100_00,
    (_, total) => (takesBack ? { status: "gone" } : total),
  );
  await Sweep.run(moment, { provider: { ...provider, name }, cadence: everySweep });
}

describe("the counts of sweeps", () => {
  test("are one for each check that alerted, for all its watches, and one for each price that was taken back", async () => {
    const route = a.route();
    await a.watch({ ...route, rules: { target: "200.00" } });
    await a.watch({ ...route, rules: { target: "150.00" } });
    await priced(a.noon, true);
    await priced(afterNoon(hour), false);
    expect(await sql`select from alerts`).toHaveLength(2);
    const day = a.noon.toISOString().slice(0, 10);
    const row = { day, provider: "market", alerts: 1, ghosts: 1 };
    expect(await countGhosts(afterNoon(hour))).toBe(1);
    expect(await days()).toEqual([row]);

    // Again, and several at once, they stay; also when what was counted is deleted.
    await Promise.all([1, 2, 3].map(() => countGhosts(afterNoon(2 * hour))));
    await sql`truncate price_observations, price_watches, fares cascade`;
    await Analytics.maintain(afterNoon(47 * hour));
    expect(await days()).toEqual([row]);
  });

  test("leave out alerts of a provider that cannot confirm, and days before the last three", async () => {
    await a.watch({ rules: { target: "200.00" } });
    await Sweep.run(a.noon, { provider: stubProvider(() => 100_00), cadence: everySweep });
    expect(await sql`select from alerts`).toHaveLength(1);
    expect(await countGhosts(a.noon)).toBe(0);

    await sql`truncate price_observations, price_watches, fares cascade`;
    await a.watch({ rules: { target: "200.00" } });
    await priced(a.noon, true);
    expect(await countGhosts(afterNoon(72 * hour))).toBe(0);
    expect(await countGhosts(afterNoon(48 * hour))).toBe(1);
  });

  test("read only the ghosts and alerts of three days, by an index, whatever was observed and told before", async () => {
    const { id, userId } = await a.watch();
    await sql`
      with observed as (
        insert into price_observations (fare_id, at, status, price, provider)
        select fares.id,
               ${at}::timestamptz - n * interval '10 minutes',
               case when n % 1000 = 7 then 'ghost' else 'ok' end,
               100,
               'market'
          from fares
         cross join generate_series(1, 20000) as n
      )
      insert into alerts
        (id, user_id, watch_id, fare_id, at, price, currency, rules, already_true, mistake_fare, source, confirmed_at, series)
      select 'alr_0' || lpad(n::text, 25, '0'),
             ${userId},
             ${id},
             fares.id,
             ${at}::timestamptz - n * interval '1 hour',
             100,
             'GBP',
             '{target}',
             false,
             false,
             'market',
             now(),
             1
        from fares
       cross join generate_series(100, 5000) as n`;
    await sql`vacuum analyze price_observations`;
    await sql`vacuum analyze alerts`;
    const [request = []] = await statementsOf(() => countGhosts(at));
    const read = (await scans(request[0]!)).filter(
      ({ of, how }) => of !== "ghost_days" && !how.startsWith("ModifyTable"),
    );
    expect(read.filter(({ how, rows }) => rows > 0 && !/Index|Bitmap/.test(how))).toEqual([]);
    expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(10);
  });
});

describe("the numbers", () => {
  test("are by month and provider, of twelve months, and null under 30 would-be alerts", async () => {
    await counted("2025-11-30", "duffel", 100, 50);
    await counted("2025-12-01", "duffel", 20, 9);
    await counted("2026-10-31", "duffel", 20, 5);
    await counted("2026-11-01", "duffel", 20, 5);
    await counted("2026-11-26", "duffel", 10, 5);
    await counted("2026-11-27", "duffel", 100, 100);
    await counted("2026-11-02", "simulator", 30, 0);
    await counted("2026-11-02", "duffel_test", 0, 30);
    const one = (month: string, provider: string, simulated: boolean, wouldBe: number, ghostRate: number | null) => ({
      ...{ month, provider, simulated, wouldBe, ghostRate },
    });
    expect(await Analytics.numbers(at)).toMatchObject({
      items: [
        one("2026-11", "duffel", false, 40, 0.25),
        one("2026-11", "duffel_test", true, 30, 1),
        one("2026-11", "simulator", true, 30, 0),
        one("2026-10", "duffel", false, 25, null),
        one("2025-12", "duffel", false, 29, null),
      ],
    });
    await counted("2025-12-02", "duffel", 1, 0);
    expect((await Analytics.numbers(at)).items.at(-1)).toEqual(one("2025-12", "duffel", false, 30, 0.3));
  });

  test("are none before there are any, and go after thirteen months", async () => {
    expect(await Analytics.numbers(at)).toEqual({ items: [], forecast: { days: 90, items: [] } });
    await counted("2025-10-26", "duffel", 1, 1);
    await counted("2025-10-27", "duffel", 1, 1);
    await Clean.run(at);
    expect(await days()).toMatchObject([{ day: "2025-10-27" }]);
  });
});
