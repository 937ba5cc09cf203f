import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute } from "../support/sweep.ts";
import { whileLocked } from "../support/watches.ts";

const day = (n: number) => `2026-08-${String(n).padStart(2, "0")}`;

test("baskets of the same fares that are created and changed while sweeps settle them wait and do not deadlock", async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => a.user()));
  const routes = Array.from({ length: 3 }, () => a.route());
  const provider = stubProvider((_, at) => 100_00 + (at.getTime() % 23) * 200);
  const watches: { userId: string; id: string }[] = [];
  for (let round = 1; round <= 6; round++) {
    const at = afterNoon(round * hour);
    const window = (n: number) => {
      const { origin, destination } = routes[n % 3]!;
      const [from, to] = [1 + ((3 * n + round) % 8), 12 + ((5 * n) % 9)];
      const days = { departureDate: null, departureFrom: day(from), departureTo: day(to) };
      const both = { origin, destination: n % 2 ? routes.map((route) => route.destination) : destination };
      const wish = n % 3 ? {} : { airlines: ["FR", "BA"] };
      return {
        ...both,
        ...days,
        ...wish,
        ...(n % 2 ? { departureTo: day(from + 3) } : {}),
        rules: { target: `${100 * round + n}.00` },
      };
    };
    const come = people.flatMap((userId, n) =>
      [n, n + 6].map((n) => () => a.watch(window(n), { userId, at }).then((made) => watches.push(made))),
    );
    const change = watches.slice(-8).map(
      ({ userId, id }, n) =>
        () =>
          Watch.update(
            userId,
            id,
            { departureFrom: day(2 + ((n + round) % 6)), departureTo: day(9 + (n % 4)), departureDate: null },
            at,
          ),
    );
    const sweep = () => Sweep.run(at, { provider, cadence: everySweep, batch: 7 });
    await Promise.all([sweep, ...come, sweep, ...change, sweep].map((each) => each()));
  }
  expect(watches).toHaveLength(72);
  await Sweep.run(afterNoon(8 * hour), { provider, cadence: everySweep });
  await Sweep.run(afterNoon(8 * hour + minute), { provider, cadence: everySweep });
  const [row] = await sql`
    select count(*)::int as watches,
           count(*) filter (where baskets.checked_at = ${afterNoon(8 * hour + minute)})::int as judged,
           count(*) filter (where baskets.basket is not null and not exists (select from basket_fares where basket_id = baskets.id))::int as empty
      from watch_fares
      join fares as baskets on baskets.id = watch_fares.fare_id`;
  expect(row).toEqual({ watches: 72, judged: 72, empty: 0 });
}, 60_000);

test("the same new fares in many concurrent creates are added once, in one order, without a deadlock", async () => {
  const people = await Promise.all(Array.from({ length: 8 }, () => a.user()));
  for (let round = 0; round < 5; round++) {
    const window = { ...a.route(), departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-11-08" };
    const made = await Promise.all(people.map((userId, n) => a.watch({ ...window, maxDuration: 100 + n }, { userId })));
    expect(made.map(({ fares }) => fares)).toEqual(people.map(() => 100));
    const added = await sql`
      select count(*)::int
        from fares
       where fares.origin = ${window.origin}
         and fares.destination = ${window.destination}`;
    expect(added).toEqual([{ count: 100 }]);
  }
});

test("a basket does not wait for fares that are being settled, which are due once they are done", async () => {
  const route = { ...a.route(), departureDate: null, departureFrom: day(1), departureTo: day(3) };
  await a.watch(route);
  const cadence: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 24 * hour);
  await Sweep.run(a.noon, { provider: stubProvider(() => 100_00), cadence });
  const dues = () => sql`
    select fares.due_at as at, fares.due_because as because
      from fares
     where fares.origin = ${route.origin}
       and fares.departure_date between '2026-08-01' and '2026-08-03'
     order by fares.departure_date`;
  const soon = { at: afterNoon(hour), because: "new" };
  let making: Promise<unknown> | undefined;
  let isMade = false;
  await whileLocked(
    sql`select from fares where fares.origin = ${route.origin} and fares.departure_date = '2026-08-02' for no key update`,
    async () => {
      making = a.watch({ ...route, rules: { target: "70.00" } }, { at: afterNoon(hour) }).finally(() => {
        isMade = true;
      });
      await expect.poll(dues).toEqual([soon, { at: afterNoon(24 * hour), because: "departure" }, soon]);
      expect(isMade).toBe(false);
    },
  );
  await making;
  expect(await dues()).toEqual([soon, soon, soon]);
});

test("a create killed between any two of its statements leaves nothing behind, and succeeds when repeated", async () => {
  const tables = ["price_watches", "fares", "basket_fares", "watch_fares", "watch_changes"];
  const counts = () => Promise.all(tables.map((table) => sql`select count(*)::int from ${sql.unsafe(table)}`));
  const userId = await a.user();
  const wanted = { ...a.route(), departureDate: null, departureFrom: day(1), departureTo: day(3) };
  const before = await counts();
  for (const table of tables) {
    await sql`
      create or replace function die() returns trigger language plpgsql as $$ begin raise exception 'dead'; end $$`;
    await sql`create trigger dies after insert on ${sql.unsafe(table)} for each statement execute function die()`;
    await expect(a.watch(wanted, { userId })).rejects.toThrow("dead");
    await sql`drop trigger dies on ${sql.unsafe(table)}`;
    expect(await counts()).toEqual(before);
  }
  expect(await a.watch(wanted, { userId })).toMatchObject({ fares: 3 });
});
