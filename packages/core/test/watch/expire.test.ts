import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { afterNoon, alertsOf, hour, minute, sweep, watchPrices } from "../support/sweep.ts";
import {
  endingWatch,
  recordEmptyChecks,
  sentLetters,
  stateOf,
  watchMessages,
  whileLocked,
} from "../support/watches.ts";

test("a watch ends when its time is over and not before, and its owner gets a summary", async () => {
  const { userId, id, name, origin, destination } = await endingWatch(afterNoon(50 * hour));
  await sweep(a.noon, { [name]: 190_00 });
  await sweep(afterNoon(24 * hour), { [name]: 240_50 });
  expect(await Watch.expire(afterNoon(50 * hour - 1))).toEqual({ ended: 0, paused: 0 });
  expect(await stateOf(id)).toMatchObject({ version: 3, isActive: true, live: true });

  expect(await Watch.expire(afterNoon(50 * hour))).toEqual({ ended: 1, paused: 0 });
  expect(await stateOf(id)).toEqual({
    version: 4,
    isActive: false,
    endedAt: afterNoon(50 * hour),
    endedBecause: "time",
    pausedBecause: null,
    live: false,
    below: 0,
    changes: [4],
  });
  expect((await sweep(afterNoon(51 * hour), { [name]: 100_00 })).searched).not.toContain(name);
  expect(await sentLetters(userId)).toEqual([
    {
      subject: `Your watch of ${origin} to ${destination} has ended`,
      text: [
        `You watched flights from ${origin} to ${destination} on 1 August 2026.`,
        "The watch has ended because the last departure it was about is near or gone.",
        "The lowest price found was 190.00 GBP, the highest 240.50 GBP.",
        "You were alerted once.",
        "Travel Conductor\n",
      ].join("\n\n"),
    },
  ]);
});

test("a watch that was never priced, is paused or is snoozed ends all the same", async () => {
  const [paused, snoozed, silent] = [
    await endingWatch(afterNoon(hour)),
    await endingWatch(afterNoon(hour)),
    await endingWatch(afterNoon(hour)),
  ];
  await Watch.pause(paused.userId, paused.id, a.noon);
  await Watch.snooze(snoozed.userId, snoozed.id, { days: 9 }, a.noon);
  expect(await Watch.expire(afterNoon(hour))).toEqual({ ended: 3, paused: 0 });
  for (const { id } of [paused, snoozed, silent])
    expect(await stateOf(id)).toMatchObject({ endedBecause: "time", isActive: false, live: false });
  expect((await sentLetters(silent.userId))[0]?.text).toMatch(
    /No price was found for it\.\n\nNone of its rules came true, so you were not alerted\.\n/,
  );
});

test("run twice, concurrently, and with a lost answer, it ends a watch once with one summary", async () => {
  const owner = await a.proven();
  const watches = await Promise.all(Array.from({ length: 25 }, () => endingWatch(afterNoon(hour), {}, owner)));
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    await (await send(input, init)).text();
    throw new TypeError("fetch failed");
  };
  const lost = Watch.expire(afterNoon(hour), { batch: 4 });
  await expect(lost).rejects.toThrow();
  globalThis.fetch = send;
  const four = await Promise.all([1, 2, 3, 4].map(() => Watch.expire(afterNoon(hour), { batch: 4 })));
  const rest = await Watch.expire(afterNoon(hour), { batch: 4 });
  expect([...four, rest].reduce((sum, { ended }) => sum + ended, 0)).toBe(21);
  for (const { id } of watches) expect(await stateOf(id)).toMatchObject({ version: 2, changes: [2] });
  expect(await watchMessages(owner)).toHaveLength(25);
});

test("skips a locked watch, account or fare, and ends it in the next run", async () => {
  const { id, userId } = await endingWatch(afterNoon(hour));
  const held = (query: ReturnType<typeof sql>, done: object) =>
    whileLocked(query, async () => expect(await Watch.expire(afterNoon(hour))).toEqual(done));
  const watch = sql`select from price_watches where price_watches.id = ${id} for no key update`;
  await held(watch, { ended: 0, paused: 0 });
  await held(sql`select from users where users.id = ${userId} for update`, { ended: 0, paused: 0 });

  const idle = await a.watch();
  await recordEmptyChecks(idle.name, 5);
  const fare = sql`
    select
      from fares
      join watch_fares on watch_fares.fare_id = fares.id
     where watch_fares.watch_id = ${idle.id}
       for no key update of fares`;
  await held(fare, { ended: 1, paused: 0 });
  expect(await Watch.expire(afterNoon(hour))).toEqual({ ended: 0, paused: 1 });
});

test("a sweep that judged a watch before it ended gives no alert afterwards", async () => {
  const { userId, id, name } = await endingWatch(afterNoon(hour));
  let ended = false;
  await interceptRequests(
    async (_, body) => {
      if (ended || !body.includes("insert into alerts")) return;
      ended = true;
      await Watch.expire(afterNoon(hour));
    },
    () => sweep(afterNoon(minute), { [name]: 190_00 }),
  );
  expect(ended).toBe(true);
  expect(await watchPrices(userId, id)).toEqual(["ok 190.00"]);
  expect(await alertsOf(userId)).toEqual([]);
  expect(await stateOf(id)).toMatchObject({ version: 2, endedBecause: "time" });
});

test("an edit of a watch that is ending reports that it has ended", async () => {
  const { userId, id } = await endingWatch(afterNoon(hour));
  let ended = false;
  const edit = interceptRequests(
    async (_, body) => {
      if (ended || !body.includes("update price_watches")) return;
      ended = true;
      await Watch.expire(afterNoon(hour));
    },
    () => Watch.snooze(userId, id, { days: 1 }, afterNoon(minute)),
  );
  await expect(edit).rejects.toMatchObject({ code: "watch.ended" });
  expect(await stateOf(id)).toMatchObject({ version: 2, changes: [2] });
});

test("an edit that came first is kept, and the watch ends after it", async () => {
  const { userId, id } = await endingWatch(afterNoon(hour));
  let edited = false;
  await interceptRequests(
    async (_, body) => {
      if (edited || !body.includes("watch_ended")) return;
      edited = true;
      await Watch.update(userId, id, { rules: { target: "150.00" } }, afterNoon(minute));
    },
    () => Watch.expire(afterNoon(hour)),
  );
  expect(await stateOf(id)).toMatchObject({ version: 3, endedBecause: "time" });
  expect(await Watch.get(userId, id, afterNoon(hour))).toMatchObject({ rules: { target: { amount: "150.00" } } });
});

test("many concurrent sweeps, edits and endings lose nothing and cause no deadlock", async () => {
  const owner = await a.proven();
  const watches = await Promise.all(Array.from({ length: 12 }, () => endingWatch(afterNoon(2 * hour), {}, owner)));
  const prices = Object.fromEntries(watches.map(({ name }) => [name, 190_00]));
  for (let round = 1; round <= 6; round++) {
    const at = afterNoon(round * 20 * minute);
    await Promise.all([
      sweep(at, prices, { batch: 3 }),
      sweep(at, prices, { batch: 3 }),
      Watch.expire(at, { batch: 5 }),
      Watch.expire(at, { batch: 5 }),
      ...watches.map(({ id }, n) =>
        Watch.update(owner, id, { rules: { drop: ((n + round) / 100).toFixed(2) } }, at).catch(
          (error: { code: string }) => expect(error.code).toBe("watch.ended"),
        ),
      ),
    ]);
  }
  await Watch.expire(afterNoon(2 * hour));
  for (const { id } of watches) expect(await stateOf(id)).toMatchObject({ endedBecause: "time", live: false });
  expect(await watchMessages(owner)).toHaveLength(12);
});

/** Sweeps run on UTC; a watch's days are those of its origin. */
test.each([
  ["before clocks go back", { origin: "LHR", departureDate: "2026-10-25" }, "2026-10-25T21:00:00Z"],
  ["before clocks go forward", { origin: "LHR", departureDate: "2026-03-29" }, "2026-03-29T20:00:00Z"],
  ["where clocks go forward at midnight", { origin: "CAI", departureDate: "2026-04-23" }, "2026-04-23T19:00:00Z"],
  ["west of the date line", { origin: "APW", destination: "PPG", departureDate: "2026-08-01" }, "2026-08-01T08:00:00Z"],
  ["east of the date line", { origin: "PPG", destination: "APW", departureDate: "2026-08-01" }, "2026-08-02T08:00:00Z"],
  [
    "where clocks no longer go back",
    { origin: "YVR", destination: "LHR", departureDate: "2026-12-20" },
    "2026-12-21T04:00:00Z",
  ],
  [
    "after its own last day",
    { origin: "HNL", departureDate: "2026-08-01", endsOn: "2026-07-30" },
    "2026-07-31T10:00:00Z",
  ],
])("a watch ends by the clocks of its origin: %s", async (_, over, endsAt) => {
  const { userId, id } = await a.watch({ destination: "JFK", ...over });
  const end = new Date(endsAt);
  await Watch.expire(new Date(end.getTime() - 1));
  expect(await Watch.get(userId, id, new Date(end.getTime() - 1))).toMatchObject({ state: "active", endedAt: null });
  await Watch.expire(end);
  expect(await Watch.get(userId, id, end)).toMatchObject({ state: "ended", endedAt: end.toISOString() });
});

test("a watch for a leap day ends on it", async () => {
  const at = new Date("2028-02-01T12:00:00Z");
  const { userId, id } = await a.watch({ origin: "AKL", destination: "HNL", departureDate: "2028-02-29" }, { at });
  await Watch.expire(new Date("2028-02-29T07:59:59.999Z"));
  expect((await stateOf(id))?.endedAt).toBeNull();
  await Watch.expire(new Date("2028-02-29T08:00:00Z"));
  expect((await stateOf(id))?.endedAt).not.toBeNull();
  expect((await sentLetters(userId))[0]?.text).toContain("on 29 February 2028.");
});

test("a watch ends and pauses without a letter when its owner's address is not proven", async () => {
  const [userId, proven] = [await a.user(), await a.proven()];
  const { id, name, endsAt, ...fare } = await a.watch({}, { userId });
  const { origin, destination, departureDate } = fare;
  await a.watch({ origin, destination, departureDate }, { userId: proven });
  const end = new Date(Date.parse(endsAt ?? ""));
  await Watch.expire(end);
  expect(await stateOf(id)).toMatchObject({ endedBecause: "time" });
  expect(await watchMessages(userId)).toEqual([]);
  expect(await watchMessages(proven)).toHaveLength(1);
});
