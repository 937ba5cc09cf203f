import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { env } from "../../src/base/env.ts";
import * as Fare from "../../src/fare.ts";
import { chain } from "../../src/flight/chain.ts";
import { simulator } from "../../src/flight/simulator.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { afterNoon, minute } from "../support/sweep.ts";

const at = a.noon;
const window = { departureFrom: "2026-05-01", departureTo: "2026-06-30", departureDate: undefined };

/** A user with a watch of 61 fares, and the ids of these fares. */
async function crowd(userId: string, from: { origin: string; destination: string } = a.route()) {
  const { origin, destination } = from;
  const { id } = await a.watch({ origin, destination, ...window }, { userId });
  const rows = await sql`
    select basket_fares.fare_id as "fareId"
      from watch_fares
      join basket_fares on basket_fares.basket_id = watch_fares.fare_id
     where watch_fares.watch_id = ${id}`;
  return rows.map(({ fareId }) => fareId as string);
}

/** Makes all other fares rest, so that only these are due, at these minutes before `at`. */
async function onlyDue(groups: [fares: string[], minutesBefore: number][]): Promise<void> {
  await sql`update fares set due_at = null, claimed_until = null where fares.basket is null`;
  for (const [fares, before] of groups)
    await sql`
      update fares
         set due_at = ${new Date(at.getTime() - before * minute)}
       where fares.id = any (${fares}::text[])`;
}

test("one owner's many due fares delay another's few by no more than a batch, however long they are due", async () => {
  const [one, other] = [await a.user(), await a.user()];
  const many = [...(await crowd(one)), ...(await crowd(one)), ...(await crowd(one))];
  const watch = await a.watch({}, { userId: other });
  const [few] = await sql`select watch_fares.fare_id as id from watch_fares where watch_fares.watch_id = ${watch.id}`;
  await onlyDue([
    [many, 600],
    [[few?.id], 1],
  ]);
  const { fares, more } = await Fare.claim(at, 50);
  expect(fares).toHaveLength(50);
  expect(more).toBe(true);
  expect(fares.map(({ id }) => id)).toContain(few?.id);
  expect(fares.filter(({ owner }) => owner?.userId === other)).toHaveLength(1);
  // With nothing else due the owner of many has the whole batch.
  const next = await Fare.claim(at, 50);
  expect(next.fares).toHaveLength(50);
  expect(new Set(next.fares.map(({ owner }) => owner?.userId))).toEqual(new Set([one]));
});

test("several owners of many share a batch, and a fare that another watches too counts for that one", async () => {
  const [one, two, other] = [await a.user(), await a.user(), await a.user()];
  const [first, second] = [await crowd(one), await crowd(two)];
  const [shared] = await sql`select fares.* from fares where fares.id = ${first[20]}`;
  const { origin, destination } = { origin: shared?.origin, destination: shared?.destination };
  const departureDate = new Date(shared?.departure_date).toISOString().slice(0, 10);
  await a.watch({ origin, destination, departureDate }, { userId: other });
  await onlyDue([
    [first, 600],
    [second, 300],
  ]);
  await sql`update fares set due_at = ${new Date(at.getTime() - 1_000 * minute)} where fares.id = ${first[20]}`;
  const { fares } = await Fare.claim(at, 40);
  const count = (userId: string) => fares.filter(({ owner }) => owner?.userId === userId).length;
  expect(fares).toHaveLength(40);
  expect(fares.find(({ id }) => id === first[20])?.owner?.userId).toMatch(new RegExp(`${one}|${other}`));
  expect(count(two)).toBeGreaterThan(0);
});

test("beyond its owner's calls of the day a fare is put off, says so, and no alert or failure comes of it", async () => {
  const userId = await a.user();
  const fares = await crowd(userId);
  await onlyDue([[fares, 1]]);
  const provider = chain([simulator]);
  const report = await Sweep.run(at, { provider });
  expect(report.failures).toBe(0);
  const rows = await sql`
    select fares.due_because as because, fares.due_at as "dueAt", fares.checked_at as "checkedAt"
      from fares
     where fares.id = any (${fares}::text[])`;
  const put = rows.filter(({ because }) => because === "limit");
  expect(put).toHaveLength(61 - env.FLIGHT_CALLS_UNPROVEN);
  for (const { dueAt, checkedAt } of put) {
    expect(checkedAt).toBeNull();
    expect(new Date(dueAt).getTime()).toBeGreaterThan(Date.parse("2026-03-02T00:00:00Z") - 1);
    expect(new Date(dueAt).getTime()).toBeLessThan(Date.parse("2026-03-04T00:00:00Z"));
  }
});

test("a watch is checked on demand once in ten minutes, however many fares it has, also by two requests at once", async () => {
  const userId = await a.user();
  const { origin, destination } = a.route();
  const { id } = await a.watch({ origin, destination, ...window }, { userId });
  const ask = (ms: number) => Sweep.check(userId, id, afterNoon(ms));
  const both = await Promise.allSettled([ask(0), ask(0)]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await expect(ask(9 * minute)).rejects.toMatchObject({ code: "watch.checked", retryAfter: 60 });
  expect(await ask(11 * minute)).toMatchObject({ check: { status: "ok" } });
  expect((await Watch.get(userId, id, afterNoon(11 * minute))).id).toBe(id);
});

test("a check on demand is counted against its payer, and refused when that has no calls left", async () => {
  const userId = await a.user();
  const { id } = await a.watch({}, { userId });
  const provider = chain([simulator]);
  const payer = { key: `${userId}-payer`, most: 1 };
  await Sweep.check(userId, id, at, { provider, payer });
  const { nextCheckAt: planned } = await Watch.get(userId, id, at);
  await expect(Sweep.check(userId, id, afterNoon(11 * minute), { provider, payer })).rejects.toMatchObject({
    ...{ kind: "limit", code: "limit.searches" },
  });
  const [row] = await sql`
    select fares.claimed_until as lease, fares.due_at as "dueAt"
      from watch_fares
      join fares on fares.id = watch_fares.fare_id
     where watch_fares.watch_id = ${id}`;
  expect(row?.lease).toBeNull();
  // A refusal changes nothing: another user of the same fare does not pay for it sooner.
  expect((await Watch.get(userId, id, at)).nextCheckAt).toBe(planned);
  expect(row?.dueAt.toISOString()).toBe(planned);
});
