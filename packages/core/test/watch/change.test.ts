import { describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Rule from "../../src/rule.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";

const minute = 60_000;
const later = (ms: number) => new Date(a.noon.getTime() + ms);

/** A sweep in which every fare has this price. */
async function sweep(price: number, at: Date): Promise<void> {
  const cadence: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);
  await Sweep.run(at, { provider: stubProvider(() => price), cadence });
}

async function epochs(id: string): Promise<Record<string, number>> {
  const [row] = await sql`select state::text from price_watches where id = ${id}`;
  const { rules } = Rule.unpack((row as { state: string }).state);
  return Object.fromEntries(Object.entries(rules).map(([rule, { epoch }]) => [rule, epoch]));
}

describe("update", () => {
  test("arms a rule that is changed or switched on, and no other", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00", drop: "0.10" } });
    const update = (changes: object) => Watch.update(userId, id, changes, a.noon);
    await update({ rules: { target: "200.00", drop: "0.10", newLow: false } });
    expect(await epochs(id)).toEqual({});
    await update({ rules: { target: "210.00" } });
    expect(await epochs(id)).toEqual({ target: 2 });
    await update({ rules: { drop: "0.15", newLow: true } });
    expect(await epochs(id)).toEqual({ target: 2, drop: 2, new_low: 2 });
    await update({ rules: { target: null } });
    expect(await epochs(id)).toEqual({ target: 2, drop: 2, new_low: 2 });
    await update({ rules: { target: "210.00", newLow: true, routeLow: true } });
    expect(await epochs(id)).toEqual({ target: 3, drop: 2, new_low: 2, route_low: 2 });
  });

  test("lets a fired rule alert again at the next check, once it is changed", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00", drop: null } });
    await sweep(190_00, a.noon);
    await sweep(189_00, later(13 * 60 * minute));
    const changed = await Watch.update(userId, id, { rules: { target: "195.00" } }, later(14 * 60 * minute));
    expect(changed).toMatchObject({
      rules: { target: { amount: "195.00" } },
      nextCheckAt: later(13 * 60 * minute + 1).toISOString(),
    });
    await sweep(189_00, later(15 * 60 * minute));
    const told = await sql`select rule, epoch, level from alert_rules where watch_id = ${id} order by epoch`;
    expect(told).toEqual([
      { rule: "target", epoch: 1, level: 1 },
      { rule: "target", epoch: 2, level: 1 },
    ]);
  });

  test("pauses and resumes", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    expect(await Watch.pause(userId, id, a.noon)).toMatchObject({ state: "paused", nextCheckAt: null });
    await sweep(100_00, a.noon);
    expect(await Watch.history(userId, id, {}, a.noon)).toMatchObject({ items: [] });
    const resumed = await Watch.resume(userId, id, later(minute));
    expect(resumed).toMatchObject({ state: "active", nextCheckAt: later(minute).toISOString() });
  });

  test("refuses a change that leaves no rule, or an amount that the currency does not have, and writes nothing", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00", drop: null } });
    const pointed = (pointer: string) => ({ kind: "input", errors: [{ pointer }] });
    const update = (changes: object) => Watch.update(userId, id, changes, a.noon);
    await expect(update({ rules: { target: null } })).rejects.toMatchObject(pointed("/rules"));
    await expect(update({ rules: { target: "0.00" } })).rejects.toMatchObject(pointed("/rules/target"));
    await expect(update({ rules: { target: "1.005" }, isActive: false })).rejects.toMatchObject(
      pointed("/rules/target"),
    );
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({
      rules: { target: { amount: "200.00" } },
      state: "active",
    });
  });

  test("refuses a subject and rules that the user already has", async () => {
    const fare = a.route();
    const { userId } = await a.watch({ ...fare, rules: { target: "200.00" } });
    const { id } = await a.watch({ ...fare, rules: { target: "210.00" } }, { userId });
    const made = Watch.update(userId, id, { rules: { target: "200.00" } }, a.noon);
    await expect(made).rejects.toMatchObject({ kind: "conflict", code: "watch.duplicate" });
  });

  test("loses none of many concurrent changes", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    const changes = [
      { rules: { target: "210.00" } },
      { rules: { drop: "0.20" } },
      { rules: { newLow: true } },
      { isActive: false },
    ];
    await Promise.all(changes.map((change) => Watch.update(userId, id, change, a.noon)));
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({
      rules: { target: { amount: "210.00" }, drop: "0.20", newLow: true },
      state: "paused",
    });
    expect(await epochs(id)).toEqual({ target: 2, drop: 2, new_low: 2 });
  });
});

describe("check", () => {
  test("searches now, and explains the price", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00", drop: null } });
    const ask = (price: number, at: Date) => Sweep.check(userId, id, at, { provider: stubProvider(() => price) });
    const price = { amount: "190.00", currency: "GBP" };
    expect(await ask(190_00, a.noon)).toEqual({
      check: { at: a.noon.toISOString(), price, status: "ok" },
      decision: { fired: ["target"], alreadyTrue: true, mistakeFare: false },
    });
    expect(await ask(185_00, later(10 * minute))).toMatchObject({
      decision: { silent: "cooling", until: later(12 * 60 * minute).toISOString() },
    });
    const empty = { provider: stubProvider(() => null) };
    expect(await Sweep.check(userId, id, later(20 * minute), empty)).toEqual({
      check: { at: later(20 * minute).toISOString(), price: null, status: "no_results" },
      decision: { silent: "not ok" },
    });
  });

  test("is possible once in ten minutes, for all watches of the fare", async () => {
    const fare = a.route();
    const mine = await a.watch(fare);
    const yours = await a.watch(fare);
    const provider = stubProvider(() => 100_00);
    await Sweep.check(mine.userId, mine.id, a.noon, { provider });
    const early = Sweep.check(yours.userId, yours.id, later(10 * minute - 1), { provider });
    await expect(early).rejects.toMatchObject({ kind: "limit", code: "watch.checked", retryAfter: 1 });
    const soon = Sweep.check(yours.userId, yours.id, later(minute), { provider });
    await expect(soon).rejects.toMatchObject({ retryAfter: 540 });
    await Sweep.check(yours.userId, yours.id, later(10 * minute), { provider });
    expect(provider.searched).toHaveLength(2);
  });

  test("by two at once searches once", async () => {
    const { userId, id } = await a.watch();
    const provider = stubProvider(() => 100_00);
    const both = await Promise.allSettled([1, 2].map(() => Sweep.check(userId, id, a.noon, { provider })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { kind: "limit" } });
    expect(provider.searched).toHaveLength(1);
  });
});

test("the newest 500 changes of a watch are kept, and no change is refused", async () => {
  const { userId, id } = await a.watch();
  const other = await a.watch();
  await sql`
    insert into watch_changes
      (watch_id, version, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low, is_active,
       snoozed_until, anew)
    select watch_id, version + n, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low,
           is_active, snoozed_until, anew
      from watch_changes
     cross join generate_series(1, 600) as n
     where watch_id = ${id}`;
  await sql`update price_watches set version = 601 where id = ${id}`;
  await Watch.update(userId, id, { rules: { target: "12.00" } }, later(minute));
  const kept = await sql`
    select watch_id, count(*)::int as changes, max(version) as newest
      from watch_changes
     where watch_id in (${id}, ${other.id})
     group by watch_id
     order by count(*)`;
  expect(kept).toEqual([
    { watch_id: other.id, changes: 1, newest: 1 },
    { watch_id: id, changes: 500, newest: 602 },
  ]);
  expect(await Watch.decisions(userId, id, { limit: 10 })).toMatchObject({ items: [] });
});
