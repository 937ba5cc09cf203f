import { expect, test } from "vitest";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { type MarketAnswer, offer, stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute, sweep } from "../support/sweep.ts";
import { recordEmptyChecks, sentLetters, stateOf, watchMessages } from "../support/watches.ts";

test("five empty checks in a row pause a watch with a notice, and four do not", async () => {
  const { userId, id, name, origin, destination } = await a.watch({ rules: { target: "200.00" } });
  await recordEmptyChecks(name, 4);
  expect(await Watch.expire(afterNoon(hour))).toEqual({ ended: 0, paused: 0 });
  await recordEmptyChecks(name, 1, afterNoon(hour));
  expect(await Watch.expire(afterNoon(2 * hour))).toEqual({ ended: 0, paused: 1 });
  expect(await Watch.expire(afterNoon(2 * hour))).toEqual({ ended: 0, paused: 0 });
  expect(await stateOf(id)).toMatchObject({
    version: 2,
    isActive: false,
    pausedBecause: "empty",
    live: false,
    changes: [2],
  });
  expect((await sweep(afterNoon(3 * hour), { [name]: 100_00 })).searched).not.toContain(name);
  expect(await sentLetters(userId)).toEqual([
    {
      subject: `Your watch of ${origin} to ${destination} is paused`,
      text: [
        `You watch flights from ${origin} to ${destination} on 1 August 2026. The last five times we looked, nobody sold any, so the watch is paused.`,
        "Resume it when you think they are sold again: then we look soon, and go on looking. If you do nothing, it stays paused, and ends when its time is over.",
        "Travel Conductor\n",
      ].join("\n\n"),
    },
  ]);
});

test("an offer restarts the count, and a failure neither counts nor interrupts", async () => {
  const broken = new Error("reset");
  const { userId, id, name } = await a.watch();
  const checks = [null, null, null, null, 300_00, null, null, broken, null, null, broken];
  for (const [n, said] of checks.entries()) await sweep(afterNoon((n + 1) * minute), { [name]: said });
  expect(await Watch.expire(afterNoon(hour))).toEqual({ ended: 0, paused: 0 });
  await sweep(afterNoon(2 * hour), { [name]: null });
  expect(await Watch.expire(afterNoon(2 * hour))).toEqual({ ended: 0, paused: 1 });
  expect(await Watch.get(userId, id, afterNoon(2 * hour))).toMatchObject({ pausedBecause: "empty" });
});

test("a check whose price was taken back found a flight, so it restarts the count", async () => {
  const { name } = await a.watch({ rules: { target: "200.00" } });
  const provider = stubProvider(
    (asked) => (asked === name ? 190_00 : null),
    () => ({ status: "gone" }),
  );
  await recordEmptyChecks(name, 4);
  await Sweep.run(afterNoon(hour), { provider, cadence: everySweep });
  await recordEmptyChecks(name, 4, afterNoon(2 * hour));
  expect(await Watch.expire(afterNoon(3 * hour))).toEqual({ ended: 0, paused: 0 });
  await recordEmptyChecks(name, 1, afterNoon(3 * hour));
  expect(await Watch.expire(afterNoon(4 * hour))).toEqual({ ended: 0, paused: 1 });
});

test("a watch created or resumed later needs five empty checks of its own", async () => {
  const fare = a.route();
  const early = await a.watch(fare);
  await recordEmptyChecks(early.name, 3);
  const late = await a.watch(fare, { at: afterNoon(4 * minute) });
  await recordEmptyChecks(early.name, 2, afterNoon(4 * minute));
  expect(await Watch.expire(afterNoon(7 * minute))).toEqual({ ended: 0, paused: 1 });
  expect([await stateOf(early.id), await stateOf(late.id)]).toMatchObject([{ isActive: false }, { isActive: true }]);

  await Watch.resume(early.userId, early.id, afterNoon(10 * minute));
  await recordEmptyChecks(early.name, 3, afterNoon(10 * minute));
  expect(await Watch.expire(afterNoon(20 * minute))).toEqual({ ended: 0, paused: 1 });
  expect([await stateOf(early.id), await stateOf(late.id)]).toMatchObject([{ isActive: true }, { isActive: false }]);
  await recordEmptyChecks(early.name, 1, afterNoon(20 * minute));
  expect(await Watch.expire(afterNoon(30 * minute))).toEqual({ ended: 0, paused: 0 });
  await recordEmptyChecks(early.name, 1, afterNoon(30 * minute));
  expect(await Watch.expire(afterNoon(40 * minute))).toEqual({ ended: 0, paused: 1 });
  expect(await stateOf(early.id)).toMatchObject({ isActive: false, pausedBecause: "empty", version: 4 });
  expect((await watchMessages(early.userId)).length + (await watchMessages(late.userId)).length).toBe(3);
});

test("many watches of a fare are paused in bounded batches, however few a batch covers", async () => {
  const fare = a.route();
  const owner = await a.proven();
  const watches = await Promise.all(
    Array.from({ length: 9 }, (_, n) => a.watch({ ...fare, rules: { target: `${100 + n}.00` } }, { userId: owner })),
  );
  await recordEmptyChecks(watches[0]?.name ?? "", 5);
  expect(await Watch.expire(afterNoon(hour), { batch: 2 })).toEqual({ ended: 0, paused: 9 });
  expect(await watchMessages(owner)).toHaveLength(9);
});

test("a watch of several fares ends with its last departure, and is paused when none of them has offers", async () => {
  const { origin } = a.route();
  const many = {
    origin,
    destination: ["ZRH", "GVA"],
    departureDate: null,
    departureFrom: "2026-08-01",
    departureTo: "2026-08-02",
  };
  const { userId, id } = await a.watch({ ...many, endsOn: "2026-08-01" });
  const names = ["ZRH", "GVA"].flatMap((to) => ["01", "02"].map((day) => `${origin}-${to} 2026-08-${day}`));
  for (let n = 1; n <= 5; n++) {
    const partial: MarketAnswer = { status: "partial", offers: [offer(150_00)] };
    await sweep(afterNoon(n * hour), n === 3 ? { [names[1] ?? ""]: partial } : {});
  }
  expect(await Watch.expire(afterNoon(6 * hour))).toEqual({ ended: 0, paused: 0 });
  for (let n = 6; n <= 10; n++) await sweep(afterNoon(n * hour), {});
  expect(await Watch.expire(afterNoon(11 * hour))).toEqual({ ended: 0, paused: 1 });
  expect(await stateOf(id)).toMatchObject({ isActive: false, pausedBecause: "empty", live: false });
  const end = new Date(Date.parse((await Watch.get(userId, id, a.noon)).endsAt ?? ""));
  await Watch.expire(end);
  const sent = await sentLetters(userId);
  const [ended, paused] = ["ended", "paused"].map((end) => sent.find(({ subject }) => subject.endsWith(end))?.text);
  const flights = `flights from ${origin} to ZRH or GVA between 1 August 2026 and 2 August 2026`;
  expect(paused).toContain(`You watch ${flights}.`);
  expect(ended).toContain(`You watched ${flights}.`);
  expect(ended).toContain("because 1 August 2026, the last day you gave it, is over.");
});

test("the owner of a paused watch gets no notice at an address that is not proven", async () => {
  const userId = await a.user();
  const { id, name } = await a.watch({}, { userId });
  await recordEmptyChecks(name, 5);
  await Watch.expire(afterNoon(hour));
  expect(await stateOf(id)).toMatchObject({ isActive: false, pausedBecause: "empty" });
  expect(await watchMessages(userId)).toEqual([]);
});
