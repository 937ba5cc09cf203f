import { describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as User from "../../src/user.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { afterNoon, alertsOf, hour, minute, sweep, watchPrices } from "../support/sweep.ts";

const day = 24 * hour;

/** The stored changes, oldest first, with the versions that they made. */
async function changes(watchId: string) {
  const rows = await sql`
    select watch_changes.version,
           watch_changes.is_active as "isActive",
           watch_changes.target_price::int as target,
           watch_changes.alert_threshold is not null as drop,
           to_json(watch_changes.snoozed_until at time zone 'utc')#>>'{}' as "snoozedUntil",
           watch_changes.anew
      from watch_changes
     where watch_changes.watch_id = ${watchId}
       and watch_changes.version > 1
     order by watch_changes.version`;
  return rows.map((row) => ({ ...row }));
}

async function versionOf(id: string): Promise<number> {
  const [row] = await sql`select version from price_watches where id = ${id}`;
  return row?.version as number;
}

const verbs: Record<string, (userId: string, id: string, at: Date) => Promise<Watch.Info>> = {
  snooze: (userId, id, at) => Watch.snooze(userId, id, { days: 7 }, at),
  wake: Watch.unsnooze,
  pause: Watch.pause,
  resume: Watch.resume,
  booked: (userId, id, at) => Watch.markBooked(userId, id, {}, at),
  "booked and go on": (userId, id, at) => Watch.markBooked(userId, id, { pricePaid: "150.00" }, at),
};

describe.each(Object.entries(verbs))("%s", (name, verb) => {
  test("is only for the user's own watches that have not ended", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    const missing = { kind: "missing", code: "watch.missing" };
    await expect(verb(await a.user(), id, a.noon)).rejects.toMatchObject(missing);
    await expect(verb(userId, newId("wch"), a.noon)).rejects.toMatchObject(missing);

    await sql`update price_watches set ends_at = ${afterNoon(hour)} where id = ${id}`;
    const ended = { kind: "conflict", code: "watch.ended" };
    await expect(verb(userId, id, afterNoon(hour))).rejects.toMatchObject(ended);
    await Watch.expire(afterNoon(hour));
    await expect(verb(userId, id, afterNoon(hour))).rejects.toMatchObject(ended);
    expect(await Watch.get(userId, id, afterNoon(hour))).toMatchObject({
      endedAt: afterNoon(hour).toISOString(),
      snoozedUntil: null,
    });
  });

  test("twice is the same as once, and recorded as one change where it is one", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    const once = await verb(userId, id, a.noon);
    const version = await versionOf(id);
    expect(version).toBe(["wake", "resume"].includes(name) ? 1 : 2);
    expect(await verb(userId, id, a.noon)).toEqual(once);
    expect(await versionOf(id)).toBe(version);
    expect(await changes(id)).toHaveLength(version - 1);
  });

  test("is not lost beside other concurrent changes", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    if (name === "resume") await Watch.pause(userId, id, a.noon);
    if (name === "wake") await Watch.snooze(userId, id, { days: 3 }, a.noon);
    const [alone, busy] = await Promise.all([
      verb(userId, id, a.noon),
      ...[1, 2, 3].map((time) =>
        Watch.update(userId, id, { rules: { drop: `0.${time}` } }, a.noon).catch((error: { code: string }) => error),
      ),
    ]);
    const { state, snoozedUntil, bookedPrice, endedAt } = await Watch.get(userId, id, a.noon);
    expect(alone).toMatchObject({ state, snoozedUntil, bookedPrice, endedAt });
    expect(busy).toBeDefined();
  });
});

describe("snooze", () => {
  test("keeps a watch silent until the moment it ends, and no longer", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: null } });
    const snoozed = await Watch.snooze(userId, id, { days: 1 }, a.noon);
    expect(snoozed).toMatchObject({ state: "snoozed", snoozedUntil: afterNoon(day).toISOString() });
    await sweep(afterNoon(day - 1), { [name]: 190_00 });
    expect(await alertsOf(userId)).toEqual([]);
    await sweep(afterNoon(day), { [name]: 190_00 });
    expect(await alertsOf(userId)).toEqual(["03-02T12:00 190.00 target"]);
    expect(await Watch.get(userId, id, afterNoon(day - 1))).toMatchObject({ state: "snoozed" });
    expect(await Watch.get(userId, id, afterNoon(day))).toMatchObject({ state: "active" });
  });

  test("leaves its fare's next check unchanged", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
    await sweep(a.noon, { [name]: 300_00 }, { cadence: () => afterNoon(6 * hour) });
    await Watch.snooze(userId, id, { days: 1 }, afterNoon(hour));
    expect(await Watch.unsnooze(userId, id, afterNoon(hour))).toMatchObject({
      nextCheckAt: afterNoon(6 * hour).toISOString(),
    });
  });

  test("lets rules be armed again meanwhile", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: null } });
    await sweep(a.noon, { [name]: 190_00 });
    await Watch.snooze(userId, id, { days: 2 }, afterNoon(minute));
    await sweep(afterNoon(10 * hour), { [name]: 300_00 });
    await sweep(afterNoon(20 * hour), { [name]: 300_00 });
    await sweep(afterNoon(30 * hour), { [name]: 195_00 });
    await sweep(afterNoon(60 * hour), { [name]: 195_00 });
    expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target", "03-04T00:00 195.00 target"]);
  });

  test("again replaces the earlier moment, and unsnoozing ends it", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: null } });
    await Watch.snooze(userId, id, { days: 90 }, a.noon);
    await Watch.snooze(userId, id, { days: 1 }, afterNoon(hour));
    expect(await Watch.get(userId, id, afterNoon(hour))).toMatchObject({
      snoozedUntil: afterNoon(day + hour).toISOString(),
    });
    expect(await Watch.unsnooze(userId, id, afterNoon(2 * hour))).toMatchObject({
      state: "active",
      snoozedUntil: null,
    });
    await sweep(afterNoon(3 * hour), { [name]: 190_00 });
    expect(await alertsOf(userId)).toEqual(["03-01T15:00 190.00 target"]);
    expect(await changes(id)).toMatchObject([
      { version: 2, snoozedUntil: "2026-05-30T12:00:00" },
      { version: 3, snoozedUntil: "2026-03-02T13:00:00" },
      { version: 4, snoozedUntil: null },
    ]);
  });

  test.each([
    [null, "2026-03-02", "2026-03-02T00:00:00.000Z"],
    ["Europe/London", "2026-03-30", "2026-03-29T23:00:00.000Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
    ["America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-03-03", "2026-03-02T10:00:00.000Z"],
    // Where clocks skip the hour after midnight, the day begins at one.
    ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00.000Z"],
  ])("until a day begins by the clock of %s, %s", async (timeZone, until, moment) => {
    const userId = await a.user();
    await User.updatePreferences(userId, { timeZone });
    const { id } = await a.watch({}, { userId });
    expect(await Watch.snooze(userId, id, { until }, a.noon)).toMatchObject({ snoozedUntil: moment });
  });

  test("is refused for a day that has begun, for more than 90 days, and for two fields or none", async () => {
    const userId = await a.user();
    await User.updatePreferences(userId, { timeZone: "Pacific/Kiritimati" });
    const { id } = await a.watch({}, { userId });
    const until = (day: string) => Watch.snooze(userId, id, { until: day }, a.noon);
    const refused = { code: "watch.snooze", errors: [{ pointer: "/until" }] };
    await expect(until("2026-03-02")).rejects.toMatchObject(refused);
    await expect(until("2026-06-01")).rejects.toMatchObject(refused);
    expect(await until("2026-05-31")).toMatchObject({ snoozedUntil: "2026-05-30T10:00:00.000Z" });
    for (const input of [{}, { days: 1, until: "2026-03-05" }, { days: 0 }, { days: 91 }, { days: 1.5 }])
      await expect(Watch.snooze(userId, id, input, a.noon)).rejects.toMatchObject({ name: "ValiError" });
  });

  test("that lasts past the watch's end says so", async () => {
    const userId = await a.user();
    const { id } = await a.watch({ departureDate: "2026-03-21" }, { userId });
    expect(await Watch.snooze(userId, id, { days: 7 }, a.noon)).toMatchObject({ snoozedPastEnd: false });
    expect(await Watch.snooze(userId, id, { days: 30 }, a.noon)).toMatchObject({
      ...{
        snoozedPastEnd: true,
        snoozedUntil: "2026-03-31T12:00:00.000Z",
        endsAt: expect.stringMatching(/^2026-03-2/),
      },
    });
    expect(await Watch.unsnooze(userId, id, a.noon)).toMatchObject({ snoozedPastEnd: false });
  });

  test("applies to a price that was under way when it was requested", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
    let asked = false;
    await interceptRequests(
      async (_, body) => {
        if (asked || !body.includes("insert into alerts")) return;
        asked = true;
        await Watch.snooze(userId, id, { days: 1 }, a.noon);
      },
      () => sweep(afterNoon(minute), { [name]: 190_00 }),
    );
    expect(asked).toBe(true);
    expect(await watchPrices(userId, id)).toEqual(["ok 190.00"]);
    expect(await alertsOf(userId)).toEqual([]);
    await sweep(afterNoon(day), { [name]: 190_00 });
    expect(await alertsOf(userId)).toEqual(["03-02T12:00 190.00 target"]);
  });
});

describe("pause and resume", () => {
  test("say who paused, and count from the moment of resuming", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
    const paused = { state: "paused", pausedBecause: "person", nextCheckAt: null };
    expect(await Watch.pause(userId, id, a.noon)).toMatchObject(paused);
    expect((await sweep(afterNoon(hour), { [name]: 190_00 })).searched).not.toContain(name);
    const resumed = {
      state: "active",
      pausedBecause: null,
      nextCheckAt: afterNoon(2 * hour).toISOString(),
    };
    expect(await Watch.resume(userId, id, afterNoon(2 * hour))).toMatchObject(resumed);
    expect(await sql`select since from price_watches where id = ${id}`).toEqual([{ since: afterNoon(2 * hour) }]);
    expect((await sweep(afterNoon(3 * hour), { [name]: 190_00 })).searched).toContain(name);
    expect(await alertsOf(userId)).toEqual(["03-01T15:00 190.00 target"]);
  });

  test("are what isActive in a change does, its former way", async () => {
    const { userId, id } = await a.watch();
    await Watch.update(userId, id, { isActive: false }, a.noon);
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({ pausedBecause: "person" });
    expect(await Watch.pause(userId, id, afterNoon(hour))).toMatchObject({ pausedBecause: "person" });
    await Watch.update(userId, id, { isActive: true }, afterNoon(hour));
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({ pausedBecause: null, state: "active" });
    expect(await changes(id)).toMatchObject([{ isActive: false }, { isActive: true }]);
  });
});

describe("booked", () => {
  test("ends a watch", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
    await Watch.snooze(userId, id, { days: 9 }, a.noon);
    const ended = await Watch.markBooked(userId, id, {}, afterNoon(hour));
    expect(ended).toMatchObject({ state: "ended", endedAt: afterNoon(hour).toISOString() });
    expect(ended).toMatchObject({ bookedPrice: null, nextCheckAt: null, rules: { target: { amount: "200.00" } } });
    expect((await sweep(afterNoon(2 * hour), { [name]: 190_00 })).searched).not.toContain(name);
    expect((await a.mail(userId)).map(({ kind }) => kind)).not.toContain("watch_ended");
    expect(await Watch.markBooked(userId, id, {}, afterNoon(3 * hour))).toEqual(ended);
    const late = Watch.markBooked(userId, id, { pricePaid: "1.00", keepWatching: false }, afterNoon(3 * hour));
    await expect(late).rejects.toMatchObject({ code: "watch.ended" });
  });

  test("with the price paid keeps it, and alerts at any cheaper price, and for nothing else", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: "0.10", newLow: true } });
    await sweep(a.noon, { [name]: 199_00 });
    const goes = await Watch.markBooked(userId, id, { pricePaid: "190.00" }, afterNoon(hour));
    expect(goes).toMatchObject({ state: "active", rules: { drop: null, newLow: false, routeLow: false } });
    expect(goes).toMatchObject({ bookedPrice: { amount: "190.00" }, rules: { target: { amount: "189.99" } } });
    expect(await changes(id)).toEqual([
      { version: 3, isActive: true, target: 189_99, drop: false, snoozedUntil: null, anew: ["target"] },
    ]);
    await sweep(afterNoon(20 * hour), { [name]: 190_00 });
    await sweep(afterNoon(40 * hour), { [name]: 189_99 });
    expect(await alertsOf(userId)).toEqual(["03-01T12:00 199.00 target", "03-03T04:00 189.99 target"]);
  });

  test("may store the price and end, or get a better price later", async () => {
    const { userId, id } = await a.watch({ currency: "JPY", rules: { target: "20000" } });
    expect(await Watch.markBooked(userId, id, { pricePaid: "19000" }, a.noon)).toMatchObject({
      rules: { target: { amount: "18999", currency: "JPY" } },
    });
    expect(await Watch.markBooked(userId, id, { pricePaid: "18000" }, a.noon)).toMatchObject({
      rules: { target: { amount: "17999" } },
      bookedPrice: { amount: "18000" },
    });
    const ended = { state: "ended", bookedPrice: { amount: "17000" } };
    const end = () => Watch.markBooked(userId, id, { pricePaid: "17000", keepWatching: false }, a.noon);
    expect(await end()).toMatchObject(ended);
    expect(await end()).toMatchObject(ended);
  });

  test("is refused for a price that is invalid, that nothing is below, or that is missing", async () => {
    const { userId, id } = await a.watch();
    for (const pricePaid of ["0.00", "0.01", "1.005"])
      await expect(Watch.markBooked(userId, id, { pricePaid }, a.noon)).rejects.toMatchObject({
        code: "watch.target",
        errors: [{ pointer: "/pricePaid" }],
      });
    await expect(Watch.markBooked(userId, id, { keepWatching: true }, a.noon)).rejects.toMatchObject({
      name: "ValiError",
    });
    expect(await versionOf(id)).toBe(1);
  });

  test("is refused where the user already has exactly that watch, and changes nothing", async () => {
    const fare = a.route();
    const { userId } = await a.watch({ ...fare, rules: { target: "189.99", drop: null } });
    const { id } = await a.watch({ ...fare, rules: { target: "210.00" } }, { userId });
    const twin = Watch.markBooked(userId, id, { pricePaid: "190.00" }, a.noon);
    await expect(twin).rejects.toMatchObject({ code: "watch.duplicate" });
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({
      rules: { target: { amount: "210.00" } },
      bookedPrice: null,
    });
  });
});
