import { counted } from "@travel-conductor/local/testing";
import { beforeAll, expect, test } from "vitest";
import * as Alert from "../src/alert.ts";
import { sql } from "../src/base/db.ts";
import { stableId } from "../src/base/id.ts";
import { scans, statementsOf } from "./support/explain.ts";
import * as a from "./support/factory.ts";

const later = (hours: number) => new Date(a.noon.getTime() + hours * 3_600_000);
const rules = [["target"], ["drop"], ["target", "new_low"], ["route_low"]];

/** Writes an alert of a check at `at`, as a sweep does. */
async function write(watch: { id: string; userId: string }, at: Date, fired = ["target"], read = false) {
  const id = stableId("alr", at, `${watch.id} ${at.getTime()}`);
  await sql`
    insert into alerts (id, user_id, watch_id, series, at, price, currency, rules, already_true, mistake_fare, read_at,
                        origin, destination, departure_date)
    values (${id}, ${watch.userId}, ${watch.id}, 1, ${at}, 1000, 'GBP', ${fired}, false, false, ${read ? at : null},
            'STN', 'BGY', '2026-08-01')`;
  return id;
}

let userId = "";
let watches: Awaited<ReturnType<typeof a.watch>>[] = [];
let all: Alert.Info[] = [];

/** Forty alerts of two watches, an hour apart from noon on. */
beforeAll(async () => {
  userId = await a.proven();
  watches = [await a.watch({}, { userId }), await a.watch({}, { userId })];
  for (let n = 0; n < 40; n++) await write(watches[n % 2]!, later(n), rules[n % 4], n % 3 === 0);
  await write(await a.watch(), later(3));
  all = (await Alert.list(userId, { limit: 100 })).items;
});

/** The ids of all alerts of a query, read with `limit` a page. */
async function read(query: Alert.List, limit: number): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await Alert.list(userId, { ...query, limit, ...(cursor ? { cursor } : {}) });
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

test.each<[string, () => Alert.List, (alert: Alert.Info) => boolean]>([
  ["all", () => ({}), () => true],
  ["unread ones", () => ({ unread: true }), ({ readAt }) => readAt === null],
  ["read ones", () => ({ unread: false }), ({ readAt }) => readAt !== null],
  ["those of a watch", () => ({ watchId: watches[1]!.id }), ({ watchId }) => watchId === watches[1]!.id],
  ["those of a rule", () => ({ rule: ["target"] }), (alert) => alert.rules.includes("target")],
  [
    "those of one of two rules",
    () => ({ rule: ["new_low", "route_low"] }),
    (alert) => alert.rules.includes("new_low") || alert.rules.includes("route_low"),
  ],
  ["those from a moment on", () => ({ from: later(7).toISOString() }), ({ at }) => at >= later(7).toISOString()],
  ["those before a moment", () => ({ to: "2026-03-01T20:00:00+01:00" }), ({ at }) => at < later(7).toISOString()],
  [
    "those of all at once",
    () => ({
      unread: true,
      watchId: watches[0]!.id,
      rule: ["target"],
      from: later(4).toISOString(),
      to: later(30).toISOString(),
    }),
    ({ readAt, watchId, rules, at }) =>
      readAt === null &&
      watchId === watches[0]!.id &&
      rules.includes("target") &&
      at >= later(4).toISOString() &&
      at < later(30).toISOString(),
  ],
])("lists %s, with any page size", async (_, query, holds) => {
  const expected = all.filter(holds).map(({ id }) => id);
  expect(expected.length).toBeGreaterThan(2);
  for (const limit of [1, 3, 100]) expect(await read(query(), limit)).toEqual(expected);
});

test("another user's watch has no alerts in the list", async () => {
  const other = await a.watch();
  await write(other, later(1));
  expect(await read({ watchId: other.id }, 100)).toEqual([]);
});

test.each([
  { unread: "yes" },
  { watchId: "wch_1" },
  { rule: ["cheap"] },
  { from: "yesterday" },
  { from: "2026-02-30T00:00:00Z" },
  { to: "2026-03-01" },
  { to: "0000-01-01T00:00:00Z" },
  { since: "2026-03-01T00:00:00Z" },
])("%j is refused", async (query) => {
  await expect(Alert.list(userId, query as never)).rejects.toThrow();
});

test("marks all read that were written until a moment; those that come meanwhile stay unread; twice is once", async () => {
  const watch = await a.watch();
  const [first, second] = [await write(watch, later(1)), await write(watch, later(2))];
  expect(await Alert.unread(watch.userId)).toEqual({ unread: 2 });
  const shown = (await Alert.list(watch.userId, { unread: true })).items;
  // Of a check before those that were shown, and written after it.
  const third = await write(watch, later(0));
  await sql`update alerts set created_at = created_at + interval '2 milliseconds' where id = ${third}`;
  const until = shown
    .map(({ createdAt }) => createdAt)
    .sort()
    .at(-1);
  for (const at of [later(5), later(6)]) {
    expect(await Alert.readAll(watch.userId, { until }, at)).toEqual({ unread: 1 });
    const { items } = await Alert.list(watch.userId, {});
    expect(items.map(({ id, readAt }) => [id, readAt])).toEqual([
      [second, later(5).toISOString()],
      [first, later(5).toISOString()],
      [third, null],
    ]);
  }
});

test("marking all read and one unread at the same time leaves no half, and touches no other user's", async () => {
  const [mine, theirs] = [await a.watch(), await a.watch()];
  for (let n = 0; n < 20; n++) await write(mine, later(n));
  await write(theirs, later(1));
  const until = new Date(Date.now() + 60_000).toISOString();
  await Promise.all(Array.from({ length: 6 }, (_, n) => Alert.readAll(mine.userId, { until }, later(n))));
  const { items } = await Alert.list(mine.userId, { limit: 100 });
  expect(new Set(items.map(({ readAt }) => readAt)).size).toBe(1);
  expect(await Alert.unread(mine.userId)).toEqual({ unread: 0 });
  expect(await Alert.unread(theirs.userId)).toEqual({ unread: 1 });
});

test.each([{}, { until: null }, { until: "now" }, { until: "2026-03-01T12:00:00Z", all: true }])(
  "marking all read with %j is refused",
  async (body) => {
    await expect(Alert.readAll(userId, body, a.noon)).rejects.toThrow();
  },
);

test("among 50,000 alerts, the unread ones and those of a time are found by index, in one request", async () => {
  const watch = await a.watch();
  await sql`
    insert into alerts (id, user_id, watch_id, series, at, price, currency, rules, already_true, mistake_fare, read_at,
                        origin, destination, departure_date)
    select ${"alr_"} || lpad(n::text, 26, '0'), ${watch.userId}, ${watch.id}, 2, ${a.noon}::timestamptz - n * interval '1 minute', 1000, 'GBP',
           '{target}', false, false, ${a.noon}, 'STN', 'BGY', '2026-08-01'
      from generate_series(1, 50000) as n`;
  for (let n = 0; n < 30; n++) await write(watch, later(n), ["drop"]);
  await sql`analyze alerts`;
  const run: [() => Promise<unknown>, number][] = [
    [() => Alert.unread(watch.userId), 31],
    [() => Alert.list(watch.userId, { unread: true, limit: 100 }), 31],
    [
      () => Alert.list(watch.userId, { from: later(3).toISOString(), to: later(9).toISOString(), rule: ["new_low"] }),
      31,
    ],
    [() => Alert.list(watch.userId, { limit: 10, watchId: watch.id }), 31],
  ];
  for (const [work, most] of run) {
    expect(await counted(work)).toEqual({ postgres: 1, redis: 0 });
    const [[statement] = []] = await statementsOf(work);
    const read = (await scans(statement!)).filter(({ of }) => of === "alerts");
    expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(most);
    expect(read.filter(({ how }) => how === "Seq Scan")).toEqual([]);
  }
});
