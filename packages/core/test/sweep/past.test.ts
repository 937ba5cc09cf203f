import { expect, test } from "vitest";
import { msPerDay, msPerHour } from "../../src/base/day.ts";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import type { Answer, Criteria } from "../../src/flight.ts";
import * as Sweep from "../../src/sweep.ts";
import * as a from "../support/factory.ts";
import { losingAnswers } from "../support/network.ts";
import { offer, stubProvider } from "../support/stubprovider.ts";
import { everySweep } from "../support/sweep.ts";

const now = new Date("2026-06-01T12:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * msPerDay);

/** A question that no other test asks. */
function question(): Criteria {
  return {
    ...a.route(),
    returnDate: null,
    adults: 2,
    childAges: [4],
    infants: 0,
    cabin: "economy",
    maxStops: null,
    currency: "GBP",
  };
}

/** Some 200 pounds; a tenth is no price, for one reason or another, and the last one is doubtfully low. */
const market = (last: Date) =>
  stubProvider(
    (_, at): number | Answer | Error | null => {
      const step = Math.floor(at.getTime() / (12 * msPerHour));
      if (last.getTime() - at.getTime() < 12 * msPerHour) return 40_00;
      if (step % 10 === 3) return null;
      if (step % 20 === 5) return new Error("down");
      if (step % 20 === 15) return { status: "partial", offers: [offer(90_00)] };
      if (step % 20 === 16) return { status: "rate_limited", offers: [] };
      return 200_00 + ((step * 7919) % 50) * 100;
    },
    () => ({ status: "gone" }),
  );

const observationsOf = (id: string) => sql`
  select (to_jsonb(price_observations) - 'fare_id') as row
    from price_observations
   where price_observations.fare_id = ${id}
   order by price_observations.at`;

const fareOf = async ({ origin, destination }: Pick<Criteria, "origin" | "destination">) => {
  const [row] = await sql`
    select fares.id, to_jsonb(fares) as fare from fares where origin = ${origin} and destination = ${destination}`;
  return row as { id: string; fare: Record<string, unknown> };
};

/** What a sweep and a run of the past have in common: neither the question nor when the next check is. */
function summaryOf({ fare }: { fare: Record<string, unknown> }) {
  const { id: _, origin, destination, created_at, due_at, due_because, claimed_until, ...summary } = fare;
  return summary;
}

const numberOf = async (id: string) => (await observationsOf(id)).length;

test("records exactly what sweeps at the same moments record", async () => {
  const criteria = question();
  const provider = market(now);
  expect(await Sweep.fillPast(provider, [{ criteria, days: 30 }], now)).toMatchObject({ journeys: 1, checks: 60 });
  const filled = await fareOf(criteria);
  const moments = await sql`
    select price_observations.at from price_observations where fare_id = ${filled.id} order by at`;
  expect(provider.confirmed).toEqual([]);

  const { origin, destination } = a.route();
  const { departureDate, adults, childAges } = criteria;
  const began = new Date(now.getTime() - 40 * msPerDay);
  const over = { origin, destination, departureDate, adults, childAges, targetPrice: "1.00", alertThreshold: null };
  await a.watch(over, { at: began });
  for (const { at } of moments as { at: Date }[]) {
    await sql`update fares set due_at = ${at} where origin = ${origin} and destination = ${destination}`;
    await Sweep.run(at, { provider: market(now), cadence: everySweep });
  }
  const swept = await fareOf({ origin, destination });
  expect(await observationsOf(filled.id)).toEqual(await observationsOf(swept.id));
  expect(summaryOf(filled)).toEqual(summaryOf(swept));
  expect(summaryOf(filled)).toMatchObject({
    status: "ok",
    price: 40_00,
    doubtful: true,
    near: false,
    source: "market",
  });
  expect(new Set((await observationsOf(filled.id)).map(({ row }) => (row as { status: string }).status)).size).toBe(5);
});

test("counts the past into the samples of its routes, as the sweeps' prices are", async () => {
  const criteria = question();
  await Sweep.fillPast(market(later(9)), [{ criteria, days: 30 }], now);
  const [{ notes } = {}] = await sql`select count(*)::int as notes from route_changes`;
  expect(notes).toBe(0);
  const [{ days, prices } = {}] = await sql`
    select count(distinct route_days.day)::int as days, sum(route_days.number)::int as prices
      from route_samples
      join route_days on route_days.sample_id = route_samples.id
     where route_samples.origin = ${criteria.origin}
       and route_samples.destination = ${criteria.destination}
       and not route_samples.of_route`;
  const [{ ok } = {}] = await sql`
    select count(*)::int as ok from price_observations
     where fare_id = ${(await fareOf(criteria)).id} and status = 'ok'`;
  expect({ days, prices }).toEqual({ days: expect.toSatisfy((each) => each >= 29), prices: ok });
});

test("fills what is missing since the last run, and doubles nothing", async () => {
  const once = question();
  const twice = question();
  const provider = market(later(9));
  await Sweep.fillPast(provider, [{ criteria: twice, days: 20 }], now);
  const before = provider.searched.length;
  expect(await Sweep.fillPast(provider, [{ criteria: twice, days: 20 }], now)).toMatchObject({
    journeys: 0,
    checks: 0,
  });
  expect(provider.searched).toHaveLength(before);
  const { checks, nextAt } = await Sweep.fillPast(provider, [{ criteria: twice, days: 20 }], later(5));
  expect(checks).toBe(10);
  const justBefore = new Date(nextAt.getTime() - 1);
  expect(await Sweep.fillPast(provider, [{ criteria: twice, days: 20 }], justBefore)).toMatchObject({ checks: 0 });
  expect(await Sweep.fillPast(provider, [{ criteria: twice, days: 20 }], nextAt)).toMatchObject({ checks: 1 });
  expect(await numberOf((await fareOf(twice)).id)).toBe(51);

  // A longer past is filled in before what is there, and the summary is that of all.
  await Sweep.fillPast(provider, [{ criteria: once, days: 10 }], now);
  await Sweep.fillPast(provider, [{ criteria: once, days: 30 }], now);
  const { id, fare } = await fareOf(once);
  expect(await numberOf(id)).toBe(60);
  const [{ lowest, highest } = {}] = await sql`
    select min(price)::float8 as lowest, max(price)::float8 as highest
      from price_observations where fare_id = ${id} and status = 'ok'`;
  expect(fare).toMatchObject({ lowest, highest, fence: 120 });
  expect(fare.days).toHaveLength(31);
});

test("goes on where a run was killed, and after an answer of Postgres that was lost", async () => {
  const journeys = Array.from({ length: 4 }, () => ({ criteria: question(), days: 20 }));
  const provider = market(later(9));
  const killed = new AbortController();
  await Sweep.fillPast(provider, journeys, now, { slice: 40, progress: () => killed.abort(), signal: killed.signal });
  const counts = async () => Promise.all(journeys.map(async ({ criteria }) => numberOf((await fareOf(criteria)).id)));
  expect(await counts()).toEqual([40, 0, 0, 0]);
  const run = () => Sweep.fillPast(provider, journeys, now, { slice: 40 });
  await expect(losingAnswers("insert into price_observations", run)).rejects.toThrow();
  expect(await counts()).toEqual([40, 40, 0, 0]);
  expect(await run()).toMatchObject({ journeys: 2, checks: 80 });
  expect(await counts()).toEqual([40, 40, 40, 40]);
  const [{ fences } = {}] = await sql`
    select array_agg(fences.fence)::int[] as fences
      from fares as fences
     where fences.id = any (${(await Promise.all(journeys.map(({ criteria }) => fareOf(criteria)))).map(({ id }) => id)})`;
  expect(fences).toEqual([80, 80, 80, 80]);
});

test("two runs at once fill it once", async () => {
  const journeys = Array.from({ length: 6 }, () => ({ criteria: question(), days: 20 }));
  const runs = await Promise.all([1, 2].map(() => Sweep.fillPast(market(later(9)), journeys, now, { slice: 40 })));
  expect(runs.reduce((sum, { checks }) => sum + checks, 0)).toBe(240);
  for (const { criteria } of journeys) expect(await numberOf((await fareOf(criteria)).id)).toBe(40);
});

test("gives a watched fare what lies before its first check, and leaves what is due to the sweeps", async () => {
  const { origin, destination, departureDate } = a.route();
  const criteria = { ...question(), origin, destination, departureDate, adults: 1, childAges: [] };
  const began = new Date(now.getTime() - 3 * msPerDay);
  await a.watch({ origin, destination, targetPrice: "1.00" }, { at: began });
  await Sweep.run(began, { provider: stubProvider(() => 250_00) });
  const before = await fareOf(criteria);
  expect(await Sweep.fillPast(market(later(9)), [{ criteria, days: 20 }], now)).toMatchObject({ journeys: 1 });
  const { id, fare } = await fareOf(criteria);
  expect(await numberOf(id)).toBeGreaterThanOrEqual(1 + 2 * 17 - 1);
  expect(fare).toMatchObject({
    due_at: before.fare.due_at,
    checked_at: before.fare.checked_at,
    price: 250_00,
    near: before.fare.near,
  });
  expect(await sql`select from price_observations where fare_id = ${id} and at > ${began}`).toHaveLength(0);
});

test("writes nothing to a fare that a sweep has checked meanwhile, and tries it again", async () => {
  const criteria = { ...question(), adults: 1, childAges: [] };
  const { origin, destination, departureDate } = criteria;
  let swept = false;
  const plain = market(later(9));
  const provider = stubProvider(async (_, at) => {
    if (!swept) {
      swept = true;
      await a.watch({ origin, destination, departureDate, targetPrice: "1.00" }, { at: new Date(now.getTime() - 1) });
      await Sweep.run(new Date(now.getTime() - 1), { provider: { ...plain } });
    }
    return at.getTime() % 2 === 0 ? 300_00 : 301_00;
  });
  expect(await Sweep.fillPast(provider, [{ criteria, days: 10 }], now)).toMatchObject({ journeys: 1, checks: 20 });
  expect(await numberOf((await fareOf(criteria)).id)).toBe(21);
});

test("leaves a fare with prices from another provider as it is", async () => {
  const criteria = question();
  await Sweep.fillPast({ ...market(later(9)), name: "other" }, [{ criteria, days: 5 }], now);
  expect(await Sweep.fillPast(market(later(9)), [{ criteria, days: 20 }], now)).toMatchObject({ checks: 0 });
});

test("no sweep checks a filled fare, and it is kept as long as any that is not watched", async () => {
  const criteria = question();
  await Sweep.fillPast(market(later(9)), [{ criteria, days: 20 }], now);
  const { id } = await fareOf(criteria);
  const provider = market(later(9));
  await sql`update fares set due_at = null where due_at is not null`;
  expect(await Sweep.run(later(1), { provider })).toMatchObject({ fares: 0 });
  await Fare.repair(later(1));
  await Fare.forget(later(2));
  await Fare.thin(later(2));
  expect(await numberOf(id)).toBe(40);
  await Fare.thin(later(16));
  expect(await numberOf(id)).toBeLessThanOrEqual(21);
  const thinned = await numberOf(id);
  // What was thinned is not filled again.
  expect(await Sweep.fillPast(provider, [{ criteria, days: 20 }], later(16))).toMatchObject({ checks: 32 });
  expect(await numberOf(id)).toBe(thinned + 32);
  await Fare.forget(later(16 + 92));
  expect(await fareOf(criteria)).toBeUndefined();
});

test("stores the past in the months that it was in", async () => {
  const criteria = question();
  await Sweep.fillPast(market(later(9)), [{ criteria, days: 90 }], now);
  const rows = await sql`
    select distinct tableoid::regclass::text as month from price_observations
     where fare_id = ${(await fareOf(criteria)).id} order by 1`;
  expect(rows.map(({ month }) => month)).toEqual([3, 4, 5, 6].map((month) => `price_observations_2026_0${month}`));
});
