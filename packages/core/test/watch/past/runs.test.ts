import { beforeAll, expect, test } from "vitest";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { everySweep } from "../../support/sweep.ts";

/** Checks two hours apart, oldest first: a target of 190 alerts at 185, which is then already told. */
const prices = [220, 210, 205, null, 215, 185, 184, 230, 212, 211];
const hour = 3_600_000;
const momentOf = (index: number) => new Date(a.noon.getTime() + (index + 1) * 2 * hour);
const pounds = (amount: string) => ({ amount, currency: "GBP" });

let watched: { id: string; userId: string };
beforeAll(async () => {
  const userId = await a.user();
  const wanted = { origin: "STN", destination: "BGY", departureDate: "2026-09-01", currency: "GBP" };
  const { id } = await Watch.create(userId, { ...wanted, rules: { target: "190.00", drop: null } }, a.noon);
  for (const [index, price] of prices.entries()) {
    const provider = stubProvider(() => (price === null ? null : price * 100));
    await Sweep.run(momentOf(index), { provider, cadence: everySweep });
  }
  watched = { id, userId };
});

const list = (query: Watch.Decisions) => Watch.decisions(watched.userId, watched.id, query);
const indexes = ({ items }: { items: Watch.Judged[] }) =>
  items.map(({ at }) => prices.findIndex((_, index) => momentOf(index).toISOString() === at));

test("says which bound a silent price was nearest to, and by how much", async () => {
  const { items } = await list({ limit: 1 });
  expect(items[0]).toMatchObject({
    price: pounds("211.00"),
    nearest: { rule: "target", bound: pounds("190.00"), above: pounds("21.00") },
    run: null,
  });
  const { items: told } = await list({ alerted: true });
  expect(told).toMatchObject([{ price: pounds("185.00"), nearest: null, decision: { fired: ["target"] } }]);
});

test("folds silent checks in a row with one reason; an alert and another reason part them", async () => {
  const { items } = await list({ fold: true });
  expect(items.map(({ decision, run }) => [decision, run?.count ?? 1])).toMatchObject([
    [{ silent: "no rule true" }, 3],
    [{ silent: "cooling" }, 1],
    [{ fired: ["target"] }, 1],
    [{ silent: "no rule true" }, 1],
    [{ silent: "not ok" }, 1],
    [{ silent: "no rule true" }, 3],
  ]);
  expect(items[0]?.run).toEqual({
    count: 3,
    from: momentOf(7).toISOString(),
    to: momentOf(9).toISOString(),
    lowest: pounds("211.00"),
    highest: pounds("230.00"),
    nearest: { rule: "target", bound: pounds("190.00"), above: pounds("21.00") },
  });
});

test("silent checks before and after an alert do not fold where the alert is left out", async () => {
  const { items } = await list({ fold: true, alerted: false });
  expect(items.map(({ run }) => run?.count ?? 1)).toEqual([3, 1, 1, 1, 3]);
});

test("opens at a check, and its cursors lead both ways over every check once", async () => {
  const page = await list({ around: momentOf(5).toISOString(), limit: 3 });
  expect(indexes(page)).toEqual([6, 5, 4]);
  const older = await list({ cursor: page.nextCursor!, limit: 3 });
  expect(indexes(older)).toEqual([3, 2, 1]);
  const newer = await list({ cursor: page.previousCursor!, limit: 3 });
  expect(indexes(newer)).toEqual([9, 8, 7]);
  expect(newer.previousCursor).toBeNull();
  expect(indexes(await list({ cursor: newer.nextCursor!, limit: 3 }))).toEqual([6, 5, 4]);
  expect(indexes(await list({ cursor: older.previousCursor!, limit: 3 }))).toEqual([6, 5, 4]);
});

test("a folded page around a check has the run that contains it", async () => {
  const page = await list({ around: momentOf(8).toISOString(), fold: true, limit: 1 });
  expect(page.items).toMatchObject([{ run: { count: 3, to: momentOf(9).toISOString() } }]);
  expect(page.previousCursor).toBeNull();
  const before = await list({ around: new Date(a.noon.getTime() - 24 * hour).toISOString(), limit: 1 });
  expect(indexes(before)).toEqual([0]);
  expect(before.nextCursor).toBeNull();
});

test("lists the checks of a run by its first and last moment", async () => {
  const from = momentOf(7).toISOString();
  expect(indexes(await list({ from, to: new Date(momentOf(9).getTime() + 1).toISOString() }))).toEqual([9, 8, 7]);
  expect(indexes(await list({ from, to: momentOf(9).toISOString() }))).toEqual([8, 7]);
});

test("refuses a moment beside a cursor, and cursors of other lists", async () => {
  const { nextCursor } = await list({ limit: 1 });
  await expect(list({ cursor: nextCursor!, around: a.noon.toISOString() })).rejects.toMatchObject({
    issues: [{ path: [{ key: "around" }] }],
  });
  for (const text of ["<12", ">", "wch_0"]) {
    const cursor = Buffer.from(text).toString("base64url");
    await expect(list({ cursor })).rejects.toMatchObject({ code: "page.cursor" });
  }
});

test("another user's decisions are missing", async () => {
  const stranger = await a.user();
  const asked = Watch.decisions(stranger, watched.id, { around: a.noon.toISOString(), fold: true });
  await expect(asked).rejects.toMatchObject({ code: "watch.missing" });
});
