import { beforeEach, expect, test, vi } from "vitest";
import { sql } from "../../../src/base/db.ts";
import { logger } from "../../../src/base/log.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { type Cut, lockRows, waitUntilBlocked, withoutPieces } from "../../support/proof/locks.ts";
import { deleteAll, expireLeases } from "../../support/proof/snapshot.ts";
import { startPausedSweep } from "../../support/proof/worker.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, sweep } from "../../support/sweep.ts";

/** Removes the guards of the settling statement one at a time, and runs a history that needs the guard. */

beforeEach(deleteAll);

/** Two workers settle one fare at the same moment; another transaction holds the watch between them until both wait. */
async function overlapping(order: Cut[]) {
  const fare = a.route();
  const userId = await a.user();
  const ids: string[] = [];
  for (let n = 0; n < 9; n++) ids.push((await a.watch({ ...fare, rules: { target: `${200 + n}.00` } }, { userId })).id);
  const ends: (string | undefined)[] = [];
  await withoutPieces(order, async () => {
    const one = startPausedSweep(a.noon, { cadence: everySweep });
    await one.waiting;
    await expireLeases();
    const other = startPausedSweep(a.noon, { cadence: everySweep });
    await other.waiting;
    const middle = ids.toSorted()[4];
    const free = await lockRows(sql`select from price_watches where id = ${middle} for no key update`);
    const both = [one.tell(190_00), other.tell(190_00)];
    await waitUntilBlocked(2);
    await free();
    ends.push(...(await Promise.all(both)));
  });
  const told = await sql`select watch_id from alerts`;
  return { ends: ends.sort(), told: told.length };
}

test("overlapping sweeps wait for each other, because they lock watches in one order", async () => {
  expect(await overlapping([])).toEqual({ ends: ["done", "done"], told: 9 });
  await deleteAll();
  const deadlock = "40P01";
  const { ends } = await overlapping([["order by watch_id", "order by watch_id", "order by watch_id desc"]]);
  expect(ends).toContain(deadlock);
});

/** A worker stalls from one check to the fourth after it; then it has a price that must not alert any more. */
async function overtaken(cuts: Cut[]) {
  const { userId, name } = await a.watch({ rules: { target: "200.00", drop: null } });
  await withoutPieces(cuts, async () => {
    await sweep(afterNoon(0), { [name]: 220_00 });
    const stale = startPausedSweep(afterNoon(24 * hour), { cadence: everySweep });
    await stale.waiting;
    await expireLeases();
    await sweep(afterNoon(25 * hour), { [name]: 190_00 });
    await sweep(afterNoon(48 * hour), { [name]: 230_00 });
    await sweep(afterNoon(51 * hour), { [name]: 230_00 });
    await stale.tell(150_00);
    await sweep(afterNoon(72 * hour), { [name]: 195_00 });
  });
  return alertsOf(userId);
}

test("an overtaken worker neither adds nor loses an alert, because of the fence", async () => {
  expect(await overtaken([])).toEqual(["03-02T13:00 190.00 target", "03-04T12:00 195.00 target"]);
  const told = await overtaken([["and fares.fence = checked.fence"]]);
  expect(told).toContain("03-02T12:00 150.00 target");
  expect(told).not.toContain("03-04T12:00 195.00 target");
});

/** A watch's state is restored to that of the day before, and the price is the one that alerted. */
async function restored(cuts: Cut[]) {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: null } });
  await sweep(afterNoon(0), { [name]: 220_00 });
  const [before] = await sql`select state::text, version from price_watches where id = ${id}`;
  await sweep(afterNoon(24 * hour), { [name]: 190_00 });
  await sql`update price_watches set state = ${before!.state}::jsonb, version = ${before!.version} where id = ${id}`;
  await sql`update watch_fares set wake_below = 20000 where watch_id = ${id}`;
  let putOff = 0;
  await withoutPieces(cuts, async () => {
    const options = { provider: stubProvider(() => 190_00), cadence: everySweep };
    putOff = (await Sweep.run(afterNoon(48 * hour), options)).putOff;
  });
  return { told: await alertsOf(userId), putOff };
}

test("a rule alerts once whatever the watch's state says, because of the unique key", async () => {
  const once = ["03-02T12:00 190.00 target"];
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  expect(await restored([])).toEqual({ told: once, putOff: 0 });
  const blind: Cut[] = [["and judged.alert_id not in (select repeated.alert_id from repeated)"]];
  expect(await restored(blind)).toEqual({ told: once, putOff: 1 });
  await sql`alter table alert_rules drop constraint alert_rules_pkey`;
  expect(await restored(blind)).toEqual({ told: [...once, "03-03T12:00 190.00 target"], putOff: 0 });
  await sql`truncate alert_rules`;
  await sql`alter table alert_rules add primary key (watch_id, rule, epoch, level)`;
});

/** A user lowers the target while a price that would have reached the old one is being settled. */
async function lowered(cuts: Cut[]) {
  const { userId, id } = await a.watch({ rules: { target: "200.00", drop: null } });
  const provider = stubProvider(
    () => 190_00,
    async () => {
      await Watch.update(userId, id, { rules: { target: "100.00" } }, afterNoon(0));
      return 190_00;
    },
  );
  await withoutPieces(cuts, () => Sweep.run(afterNoon(0), { provider, cadence: everySweep }));
  return alertsOf(userId);
}

test("no alert is given for a rule that has been changed, because of the watch's version", async () => {
  expect(await lowered([])).toEqual([]);
  expect(await lowered([["and price_watches.version = judged.version"]])).toEqual(["03-01T12:00 190.00 target"]);
});

/** A paused watch gets a new target while the statement that writes its state waits for its fare. */
async function edited(cuts: Cut[]) {
  const { userId, id, name, ...fare } = await a.watch({ rules: { target: "200.00", drop: null } });
  const { origin, destination, departureDate } = fare;
  await a.watch({ origin, destination, departureDate, rules: { target: "1.00" } });
  await sweep(afterNoon(0), { [name]: 190_00 });
  await Watch.pause(userId, id, afterNoon(hour));
  await withoutPieces(cuts, async () => {
    const worker = startPausedSweep(afterNoon(24 * hour), { cadence: everySweep });
    await worker.waiting;
    const free = await lockRows(sql`select from fares where departure_date = ${departureDate} for no key update`);
    const swept = worker.tell(230_00);
    await waitUntilBlocked(1);
    const changed = Watch.update(userId, id, { rules: { target: "188.00" } }, afterNoon(24 * hour));
    await Promise.race([changed, waitUntilBlocked(2)]);
    await free();
    await Promise.all([swept, changed]);
  });
  await Watch.resume(userId, id, afterNoon(25 * hour));
  await sweep(afterNoon(26 * hour), { [name]: 187_00 });
  return alertsOf(userId);
}

test("a change is not undone by a settling that it overtook, because watches are locked when they are read", async () => {
  expect(await edited([])).toEqual(["03-01T12:00 190.00 target", "03-02T14:00 187.00 target"]);
  expect(await edited([["for no key update"]])).toEqual(["03-01T12:00 190.00 target"]);
});
