import { mailbox } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../src/db.ts";
import * as Mail from "../src/mail.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./a.ts";
import { heard, hour, later, minute, seen, sweep } from "./sweeping.ts";
import { through } from "./wire.ts";

/** A watch whose time is over at `endsAt`. */
async function ending(endsAt: Date, over: Record<string, unknown> = {}, userId?: string) {
  const watch = await a.watch({ targetPrice: "200.00", ...over }, userId ? { userId } : {});
  await sql`update price_watches set ends_at = ${endsAt} where id = ${watch.id}`;
  return watch;
}

const row = async (id: string) => {
  const [found] = await sql`
    select price_watches.version,
           price_watches.is_active as "isActive",
           price_watches.ended_at as "endedAt",
           price_watches.ended_because as "endedBecause",
           price_watches.paused_because as "pausedBecause",
           watch_fares.live,
           watch_fares.wake_below::float8 as below,
           (select array_agg(watch_changes.version order by watch_changes.version)
              from watch_changes
             where watch_changes.watch_id = price_watches.id
               and watch_changes.version > 1
               and not watch_changes.is_active) as changes
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     where price_watches.id = ${id}`;
  return found;
};

const told = async (userId: string) => (await a.mail(userId)).filter(({ kind }) => kind.startsWith("watch_"));

/** The mail of watches as it arrives. */
async function letters(userId: string): Promise<{ subject: string; text: string }[]> {
  await sql`delete from messages where messages.kind not like 'watch%' or messages.user_id <> ${userId}`;
  mailbox.length = 0;
  await Mail.deliver(new Date(Date.now() + 24 * hour));
  return mailbox.map(({ subject, text }) => ({ subject, text }));
}

/** Runs `work` while another connection holds what `query` locks. */
async function whileHeld(query: ReturnType<typeof sql>, work: () => Promise<void>): Promise<void> {
  const holder = sql.transaction([query, sql`select pg_sleep(60)`]).catch(() => undefined);
  let pid: number | undefined;
  while (pid === undefined) {
    const [found] = await sql`
      select pg_stat_activity.pid
        from pg_stat_activity
       where pg_stat_activity.datname = current_database()
         and pg_stat_activity.wait_event = 'PgSleep'`;
    pid = found?.pid;
  }
  try {
    await work();
  } finally {
    await sql`select pg_cancel_backend(${pid})`;
    await holder;
  }
}

/** So many checks a minute apart that find nobody who sells it, the first a minute after `from`. */
async function emptied(name: string, times: number, from: Date = a.noon): Promise<void> {
  for (let n = 1; n <= times; n++) await sweep(new Date(from.getTime() + n * minute), { [name]: null });
}

test("a watch ends when its time is over and not before, and its owner is told how it went", async () => {
  const { userId, id, name, origin, destination } = await ending(later(50 * hour));
  await sweep(a.noon, { [name]: 190_00 });
  await sweep(later(24 * hour), { [name]: 240_50 });
  expect(await Watch.tend(later(50 * hour - 1))).toEqual({ ended: 0, paused: 0 });
  expect(await row(id)).toMatchObject({ version: 3, isActive: true, live: true });

  expect(await Watch.tend(later(50 * hour))).toEqual({ ended: 1, paused: 0 });
  expect(await row(id)).toEqual({
    version: 4,
    isActive: false,
    endedAt: later(50 * hour),
    endedBecause: "time",
    pausedBecause: null,
    live: false,
    below: 0,
    changes: [4],
  });
  expect((await sweep(later(51 * hour), { [name]: 100_00 })).searched).not.toContain(name);
  expect(await letters(userId)).toEqual([
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

test("one that was never priced, paused or snoozed ends all the same", async () => {
  const [paused, snoozed, silent] = [await ending(later(hour)), await ending(later(hour)), await ending(later(hour))];
  await Watch.pause(paused.userId, paused.id, a.noon);
  await Watch.snooze(snoozed.userId, snoozed.id, { days: 9 }, a.noon);
  expect(await Watch.tend(later(hour))).toEqual({ ended: 3, paused: 0 });
  for (const { id } of [paused, snoozed, silent])
    expect(await row(id)).toMatchObject({ endedBecause: "time", isActive: false, live: false });
  expect((await letters(silent.userId))[0]?.text).toMatch(
    /No price was found for it\.\n\nNone of its rules came true, so you were not alerted\.\n/,
  );
});

test("twice, at once, and with its answer lost, it ends a watch once and tells of it once", async () => {
  const owner = await a.user();
  const watches = await Promise.all(Array.from({ length: 25 }, () => ending(later(hour), {}, owner)));
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    await (await send(input, init)).text();
    throw new TypeError("fetch failed");
  };
  const lost = Watch.tend(later(hour), { batch: 4 });
  await expect(lost).rejects.toThrow();
  globalThis.fetch = send;
  const four = await Promise.all([1, 2, 3, 4].map(() => Watch.tend(later(hour), { batch: 4 })));
  const rest = await Watch.tend(later(hour), { batch: 4 });
  expect([...four, rest].reduce((sum, { ended }) => sum + ended, 0)).toBe(21);
  for (const { id } of watches) expect(await row(id)).toMatchObject({ version: 2, changes: [2] });
  expect(await told(owner)).toHaveLength(25);
});

test("does not wait for a watch, an account or a fare that somebody holds, and takes it the next time", async () => {
  const { id, userId } = await ending(later(hour));
  const held = (query: ReturnType<typeof sql>, done: object) =>
    whileHeld(query, async () => expect(await Watch.tend(later(hour))).toEqual(done));
  const watch = sql`select from price_watches where price_watches.id = ${id} for no key update`;
  await held(watch, { ended: 0, paused: 0 });
  await held(sql`select from users where users.id = ${userId} for update`, { ended: 0, paused: 0 });

  const idle = await a.watch();
  await emptied(idle.name, 5);
  const fare = sql`
    select
      from fares
      join watch_fares on watch_fares.fare_id = fares.id
     where watch_fares.watch_id = ${idle.id}
       for no key update of fares`;
  await held(fare, { ended: 1, paused: 0 });
  expect(await Watch.tend(later(hour))).toEqual({ ended: 0, paused: 1 });
});

test("a sweep that judged a watch before it ended tells nobody after", async () => {
  const { userId, id, name } = await ending(later(hour));
  let ended = false;
  await through(
    async (_, body) => {
      if (ended || !body.includes("alert_deliveries")) return;
      ended = true;
      await Watch.tend(later(hour));
    },
    () => sweep(later(minute), { [name]: 190_00 }),
  );
  expect(ended).toBe(true);
  expect(await seen(userId, id)).toEqual(["ok 190.00"]);
  expect(await heard(userId)).toEqual([]);
  expect(await row(id)).toMatchObject({ version: 2, endedBecause: "time" });
});

test("a person who edits a watch while it ends is told that it has", async () => {
  const { userId, id } = await ending(later(hour));
  let ended = false;
  const edit = through(
    async (_, body) => {
      if (ended || !body.includes("update price_watches")) return;
      ended = true;
      await Watch.tend(later(hour));
    },
    () => Watch.snooze(userId, id, { days: 1 }, later(minute)),
  );
  await expect(edit).rejects.toMatchObject({ code: "watch.ended" });
  expect(await row(id)).toMatchObject({ version: 2, changes: [2] });
});

test("an edit that came first is kept, and the watch ends after it", async () => {
  const { userId, id } = await ending(later(hour));
  let edited = false;
  await through(
    async (_, body) => {
      if (edited || !body.includes("watch_ended")) return;
      edited = true;
      await Watch.update(userId, id, { targetPrice: "150.00" }, later(minute));
    },
    () => Watch.tend(later(hour)),
  );
  expect(await row(id)).toMatchObject({ version: 3, endedBecause: "time" });
  expect(await Watch.get(userId, id, later(hour))).toMatchObject({ targetPrice: { amount: "150.00" } });
});

test("many sweeps, people and endings at once lose nothing and wait for nobody in a circle", async () => {
  const owner = await a.user();
  const watches = await Promise.all(Array.from({ length: 12 }, () => ending(later(2 * hour), {}, owner)));
  const prices = Object.fromEntries(watches.map(({ name }) => [name, 190_00]));
  for (let round = 1; round <= 6; round++) {
    const at = later(round * 20 * minute);
    await Promise.all([
      sweep(at, prices, { batch: 3 }),
      sweep(at, prices, { batch: 3 }),
      Watch.tend(at, { batch: 5 }),
      Watch.tend(at, { batch: 5 }),
      ...watches.map(({ id }, n) =>
        Watch.update(owner, id, { alertThreshold: (n + round) / 100 }, at).catch((error: { code: string }) =>
          expect(error.code).toBe("watch.ended"),
        ),
      ),
    ]);
  }
  await Watch.tend(later(2 * hour));
  for (const { id } of watches) expect(await row(id)).toMatchObject({ endedBecause: "time", live: false });
  expect(await told(owner)).toHaveLength(12);
});

test("five empty checks in a row pause a watch with a notice, and four do not", async () => {
  const { userId, id, name, origin, destination } = await a.watch({ targetPrice: "200.00" });
  await emptied(name, 4);
  expect(await Watch.tend(later(hour))).toEqual({ ended: 0, paused: 0 });
  await emptied(name, 1, later(hour));
  expect(await Watch.tend(later(2 * hour))).toEqual({ ended: 0, paused: 1 });
  expect(await Watch.tend(later(2 * hour))).toEqual({ ended: 0, paused: 0 });
  expect(await row(id)).toMatchObject({
    version: 2,
    isActive: false,
    pausedBecause: "empty",
    live: false,
    changes: [2],
  });
  expect((await sweep(later(3 * hour), { [name]: 100_00 })).searched).not.toContain(name);
  expect(await letters(userId)).toEqual([
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

test("an offer begins the count anew, and a failure neither counts nor breaks the row", async () => {
  const broken = new Error("reset");
  const { userId, id, name } = await a.watch();
  const checks = [null, null, null, null, 300_00, null, null, broken, null, null, broken];
  for (const [n, said] of checks.entries()) await sweep(later((n + 1) * minute), { [name]: said });
  expect(await Watch.tend(later(hour))).toEqual({ ended: 0, paused: 0 });
  await sweep(later(2 * hour), { [name]: null });
  expect(await Watch.tend(later(2 * hour))).toEqual({ ended: 0, paused: 1 });
  expect(await Watch.get(userId, id, later(2 * hour))).toMatchObject({ pausedBecause: "empty" });
});

test("who came later or was resumed has five empty checks of their own", async () => {
  const fare = a.route();
  const early = await a.watch(fare);
  await emptied(early.name, 3);
  const late = await a.watch(fare, { at: later(4 * minute) });
  await emptied(early.name, 2, later(4 * minute));
  expect(await Watch.tend(later(7 * minute))).toEqual({ ended: 0, paused: 1 });
  expect([await row(early.id), await row(late.id)]).toMatchObject([{ isActive: false }, { isActive: true }]);

  await Watch.resume(early.userId, early.id, later(10 * minute));
  await emptied(early.name, 3, later(10 * minute));
  expect(await Watch.tend(later(20 * minute))).toEqual({ ended: 0, paused: 1 });
  expect([await row(early.id), await row(late.id)]).toMatchObject([{ isActive: true }, { isActive: false }]);
  await emptied(early.name, 1, later(20 * minute));
  expect(await Watch.tend(later(30 * minute))).toEqual({ ended: 0, paused: 0 });
  await emptied(early.name, 1, later(30 * minute));
  expect(await Watch.tend(later(40 * minute))).toEqual({ ended: 0, paused: 1 });
  expect(await row(early.id)).toMatchObject({ isActive: false, pausedBecause: "empty", version: 4 });
  expect((await told(early.userId)).length + (await told(late.userId)).length).toBe(3);
});

test("a fare of many is worked off in bounded parts, however few are looked at in one", async () => {
  const fare = a.route();
  const owner = await a.user();
  const watches = await Promise.all(
    Array.from({ length: 9 }, (_, n) => a.watch({ ...fare, targetPrice: `${100 + n}.00` }, { userId: owner })),
  );
  await emptied(watches[0]?.name ?? "", 5);
  expect(await Watch.tend(later(hour), { batch: 2 })).toEqual({ ended: 0, paused: 9 });
  expect(await told(owner)).toHaveLength(9);
});
