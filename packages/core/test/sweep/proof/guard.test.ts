import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { market } from "../../support/market.ts";
import { blocked, type Cut, cutting, holding } from "../../support/proof/locks.ts";
import { empty, expire } from "../../support/proof/snapshot.ts";
import { asking } from "../../support/proof/worker.ts";
import { heard, hour, later, often, sweep } from "../../support/sweep.ts";

/** What guards a settling is taken out of its statement, one guard at a time, and a history is told that needs it. */

beforeEach(empty);

/** Two workers settle one fare at the same moment; somebody else has the watch in the middle until both wait. */
async function overlapping(order: Cut[]) {
  const fare = a.route();
  const userId = await a.user();
  const ids: string[] = [];
  for (let n = 0; n < 9; n++) ids.push((await a.watch({ ...fare, targetPrice: `${200 + n}.00` }, { userId })).id);
  const ends: (string | undefined)[] = [];
  await cutting(order, async () => {
    const one = asking(a.noon, { cadence: often });
    await one.waiting;
    await expire();
    const other = asking(a.noon, { cadence: often });
    await other.waiting;
    const middle = ids.toSorted()[4];
    const free = await holding(sql`select from price_watches where id = ${middle} for no key update`);
    const both = [one.tell(190_00), other.tell(190_00)];
    await blocked(2);
    await free();
    ends.push(...(await Promise.all(both)));
  });
  const told = await sql`select watch_id from alerts`;
  return { ends: ends.sort(), told: told.length };
}

test("sweeps that overlap wait for each other, because they lock watches in one order", async () => {
  expect(await overlapping([])).toEqual({ ends: ["done", "done"], told: 9 });
  await empty();
  const deadlock = "40P01";
  const { ends } = await overlapping([["order by watch_id", "order by watch_id", "order by watch_id desc"]]);
  expect(ends).toContain(deadlock);
});

/** A worker stands still from one check to the fourth after it; then a price is told that nobody should hear any more. */
async function overtaken(cuts: Cut[]) {
  const { userId, name } = await a.watch({ targetPrice: "200.00", alertThreshold: null });
  await cutting(cuts, async () => {
    await sweep(later(0), { [name]: 220_00 });
    const stale = asking(later(24 * hour), { cadence: often });
    await stale.waiting;
    await expire();
    await sweep(later(25 * hour), { [name]: 190_00 });
    await sweep(later(48 * hour), { [name]: 230_00 });
    await sweep(later(51 * hour), { [name]: 230_00 });
    await stale.tell(150_00);
    await sweep(later(72 * hour), { [name]: 195_00 });
  });
  return heard(userId);
}

test("a worker that was overtaken tells nothing and swallows nothing, because of the fence", async () => {
  expect(await overtaken([])).toEqual(["03-02T13:00 190.00 target", "03-04T12:00 195.00 target"]);
  const told = await overtaken([["and fares.fence = checked.fence"]]);
  expect(told).toContain("03-02T12:00 150.00 target");
  expect(told).not.toContain("03-04T12:00 195.00 target");
});

/** A watch is put back as it was the day before, and the price is what it was when it was told. */
async function restored(cuts: Cut[]) {
  const { userId, id, name } = await a.watch({ targetPrice: "200.00", alertThreshold: null });
  await sweep(later(0), { [name]: 220_00 });
  const [before] = await sql`select state::text, version from price_watches where id = ${id}`;
  await sweep(later(24 * hour), { [name]: 190_00 });
  await sql`update price_watches set state = ${before!.state}::jsonb, version = ${before!.version} where id = ${id}`;
  await sql`update watch_fares set wake_below = 20000 where watch_id = ${id}`;
  const end = { code: "" };
  const again = () => sweep(later(48 * hour), { [name]: 190_00 }).catch((error: object) => Object.assign(end, error));
  await cutting(cuts, again);
  return { told: await heard(userId), code: end.code };
}

test("a rule that was told once is not told again whatever a watch remembers, because of the unique key", async () => {
  const once = ["03-02T12:00 190.00 target"];
  expect(await restored([])).toEqual({ told: once, code: "" });
  const blind: Cut[] = [["and judged.alert_id not in (select repeated.alert_id from repeated)"]];
  expect(await restored(blind)).toEqual({ told: once, code: "23505" });
  await sql`alter table alert_rules drop constraint alert_rules_pkey`;
  expect(await restored(blind)).toEqual({ told: [...once, "03-03T12:00 190.00 target"], code: "" });
  await sql`truncate alert_rules`;
  await sql`alter table alert_rules add primary key (watch_id, rule, epoch, level)`;
});

/** Somebody lowers their target while the price that would have reached the old one is on its way. */
async function lowered(cuts: Cut[]) {
  const { userId, id } = await a.watch({ targetPrice: "200.00", alertThreshold: null });
  const provider = market(
    () => 190_00,
    async () => {
      await Watch.update(userId, id, { targetPrice: "100.00" }, later(0));
      return 190_00;
    },
  );
  await cutting(cuts, () => Sweep.run(later(0), { provider, cadence: often }));
  return heard(userId);
}

test("nobody is told by a rule that they have changed, because of the watch's version", async () => {
  expect(await lowered([])).toEqual([]);
  expect(await lowered([["and price_watches.version = judged.version"]])).toEqual(["03-01T12:00 190.00 target"]);
});

/** A paused watch is given a new target while the statement that keeps its state waits for its fare. */
async function edited(cuts: Cut[]) {
  const { userId, id, name, ...fare } = await a.watch({ targetPrice: "200.00", alertThreshold: null });
  const { origin, destination, departureDate } = fare;
  await a.watch({ origin, destination, departureDate, targetPrice: "1.00" });
  await sweep(later(0), { [name]: 190_00 });
  await Watch.update(userId, id, { isActive: false }, later(hour));
  await cutting(cuts, async () => {
    const worker = asking(later(24 * hour), { cadence: often });
    await worker.waiting;
    const free = await holding(sql`select from fares where departure_date = ${departureDate} for no key update`);
    const swept = worker.tell(230_00);
    await blocked(1);
    const changed = Watch.update(userId, id, { targetPrice: "188.00" }, later(24 * hour));
    await Promise.race([changed, blocked(2)]);
    await free();
    await Promise.all([swept, changed]);
  });
  await Watch.update(userId, id, { isActive: true }, later(25 * hour));
  await sweep(later(26 * hour), { [name]: 187_00 });
  return heard(userId);
}

test("a change is not undone by the settling that it overtook, because watches are locked when they are read", async () => {
  expect(await edited([])).toEqual(["03-01T12:00 190.00 target", "03-02T14:00 187.00 target"]);
  expect(await edited([["for no key update"]])).toEqual(["03-01T12:00 190.00 target"]);
});
