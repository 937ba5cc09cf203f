import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute } from "../support/sweep.ts";

test("creating, changing and deleting watches while sweeps run causes no failure", async () => {
  const userId = await a.user();
  const fares = Array.from({ length: 6 }, () => a.route());
  const make = (fare: number, target: number, at: Date) =>
    a.watch({ ...fares[fare % fares.length], rules: { target: `${target}.00` } }, { userId, at });
  const watches = await Promise.all(Array.from({ length: 36 }, (_, n) => make(n, 100 + n, a.noon)));
  const provider = stubProvider((_, at) => 100_00 + (at.getTime() % 17) * 200);
  for (let round = 1; round <= 8; round++) {
    const at = afterNoon(round * 90 * minute);
    const sweep = () => Sweep.run(at, { provider, cadence: everySweep, batch: 2 });
    const changed = watches.slice(3).map(({ id }, n) => {
      return () => Watch.update(userId, id, { rules: { target: `${1000 * round + n}.00` } }, at);
    });
    const gone = watches.splice(0, 3).map(
      ({ id }) =>
        () =>
          Watch.remove(userId, id),
    );
    const come = [1, 2, 3].map((n) => () => make(round + n, 20_000 + 10 * round + n, at));
    await Promise.all([sweep, sweep, ...changed, ...gone, ...come].map((each) => each()));
  }
  const twice = await sql`
    select fare_id, at
      from price_observations
     where status <> 'ghost'
     group by fare_id, at
    having count(*) > 1`;
  expect(twice).toEqual([]);
});

test("a watch created while its fare is found unwatched is still priced", async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => a.user()));
  const route = { origin: "STN", destination: "BGY", currency: "GBP" };
  const dayOf = (n: number) =>
    afterNoon(24 * n * hour)
      .toISOString()
      .slice(0, 10);
  for (let round = 1; round <= 5; round++) {
    await sql`
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || day || ' ' || adults, 'STN', 'BGY', date '2026-03-01' + day, 'economy', adults, 'GBP', ${a.noon}
        from generate_series(1, 350) as day
       cross join generate_series(1, 9) as adults`;
    await sql`update fares set due_at = ${a.noon}`;
    const come = Array.from({ length: 60 }, (_, n) => async () => {
      await new Promise((done) => setTimeout(done, n));
      const wanted = {
        ...route,
        departureDate: dayOf(5 * n + round),
        adults: 1 + (n % 9),
        rules: { target: `${round}.00` },
      };
      const userId = people[n % people.length]!;
      return { userId, ...(await Watch.create(userId, wanted, afterNoon(round * minute))) };
    });
    const sweep = () =>
      Sweep.run(afterNoon(round * minute), { provider: stubProvider(() => null), cadence: everySweep });
    const [, ...made] = await Promise.all([sweep(), ...come.map((each) => each())]);
    const found = await Promise.all(made.map(({ userId, id }) => Watch.get(userId, id, a.noon)));
    expect(found.filter(({ nextCheckAt }) => nextCheckAt === null).length).toBe(0);
  }
});
