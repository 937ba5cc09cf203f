import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Sweep from "../../src/sweep.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon } from "../support/sweep.ts";

const added = () => sql`select to_jsonb(route_changes) as note from route_changes where number = 1 order by 1`;

test("a sweep notes each ok price once, just as the trigger notes what other statements write", async () => {
  const journeys = [{}, { adults: 2, childAges: [4] }, { returnDate: "2026-08-15" }, { infants: 1 }];
  const watches = [];
  for (const journey of journeys) watches.push(await a.watch(journey));
  const silent = await a.watch({});
  const uncounted = await a.watch({});
  await sql`
    update fares
       set counted = false
     where fares.id = (select watch_fares.fare_id from watch_fares where watch_fares.watch_id = ${uncounted.id})`;
  const provider = stubProvider((asked) => (asked === silent.name ? null : 150_00));
  for (const day of [0, 1]) {
    const at = afterNoon(day * 86_400_000);
    await sql`update fares set due_at = ${at} where fares.due_at is not null`;
    expect(await Sweep.run(at, { provider })).toMatchObject({ fares: 6 });
  }
  const noted = await added();
  expect(noted).toHaveLength(2 * journeys.length);
  await sql`truncate route_changes`;
  await sql`update price_observations set provider = provider`;
  expect(await added()).toEqual(noted);
  await sql`truncate route_changes`;
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, now(), 'ok', 150, 'test' from watch_fares where watch_fares.watch_id = ${watches[0]!.id}`;
  expect(await added()).toHaveLength(1);
  expect(await Fare.rollUp(new Date())).toMatchObject({ observations: 1 });
});
