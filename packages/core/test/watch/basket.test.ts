import { describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute } from "../support/sweep.ts";

const days = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };
const duplicate = { kind: "conflict", code: "watch.duplicate" };

/** A window of three days on a route of its own. */
function window(over: object = {}) {
  return { ...a.route(), departureDate: null, ...days, ...over };
}

const rows = async (id: string) => {
  const [row] = await sql`
    select fares.basket,
           (select count(*)::int from basket_fares where basket_fares.basket_id = fares.id) as fares,
           (select count(*)::int from watch_changes where watch_changes.watch_id = ${id}) as changes
      from watch_fares
      join fares on fares.id = watch_fares.fare_id
     where watch_fares.watch_id = ${id}`;
  return row as { basket: string | null; fares: number; changes: number };
};

describe("a watch of several fares", () => {
  test("is returned as it was asked for, with the number of its fares", async () => {
    const over = {
      origin: ["stn"],
      destination: ["mil", "BGY"],
      stayNights: { min: 2, max: 3 },
      airlines: ["FR"],
      flights: ["X01"],
    };
    const made = await a.watch({ ...days, departureDate: null, ...over, endsOn: "2026-07-31", childAges: [9, 4] });
    expect(made).toMatchObject({
      origin: ["STN"],
      destination: ["MIL", "BGY"],
      departureDate: null,
      returnDate: null,
      ...days,
      stayNights: { min: 2, max: 3 },
      weekendsIn: null,
      airlines: ["FR"],
      unknownAirlines: ["X0"],
      excludeAirlines: null,
      bags: null,
      fares: 12,
      endsOn: "2026-07-31",
      endsAt: "2026-07-31T23:00:00.000Z",
      state: "active",
      series: 1,
      cheapest: null,
      nextCheckAt: a.noon.toISOString(),
      nextCheckBecause: { code: "new" },
    });
    const { userId, name: _, ...shown } = made;
    expect(await Watch.get(userId, made.id, a.noon)).toEqual(shown);
    expect(await Watch.list(userId, {}, a.noon)).toEqual({ items: [shown], nextCursor: null, unread: 0 });
    const { basket, ...counts } = await rows(made.id);
    expect(JSON.parse(basket ?? "")).toMatchObject({ wishes: { airlines: ["FR"], flights: ["X01"] } });
    expect(counts).toEqual({ fares: 12, changes: 1 });
    const [row] = await sql`
      select origin_code, destination_code, departure_date::text, return_date::text
        from price_watches
       where id = ${made.id}`;
    expect(Object.values(row ?? {})).toEqual(["STN", "BGY", "2026-08-01", "2026-08-03"]);
  });

  test("shares its fares with watches of one of them, and its basket with watches of the same subject", async () => {
    const wanted = window();
    const one = await a.watch(wanted);
    const two = await a.watch({ ...wanted, rules: { target: "99.00" } });
    const single = await a.watch({ ...wanted, departureFrom: null, departureTo: null, departureDate: "2026-08-02" });
    await a.watch({ ...wanted, bags: 1 });
    const fares = await sql`
      select basket is null as "isFare", count(*)::int
        from fares
       where origin = ${one.origin as string} and destination = ${one.destination as string}
          or basket like ${`%${one.origin}%${one.destination}%`}
       group by 1
       order by 1`;
    expect(fares).toEqual([
      { isFare: false, count: 2 },
      { isFare: true, count: 3 },
    ]);
    const hung = await sql`
      select count(distinct fare_id)::int as count
        from watch_fares
       where watch_id = any(${[one.id, two.id]})`;
    expect(hung).toEqual([{ count: 1 }]);
    expect(await rows(single.id)).toEqual({ basket: null, fares: 0, changes: 1 });
  });

  test("of 100 fares and every wish can be created, and a list of 100 of them read", async () => {
    const { userId } = await a.watch(
      window({
        ...{ departureFrom: "2026-08-01", departureTo: "2026-11-08", bags: 2, refundable: true, maxDuration: 900 },
        airlines: "BA AA LH AF KL FR U2 IB VY TP AZ SK AY LX OS SN EI DL UA VS".split(" "),
        excludeAirlines: "W6 LS BY TK QR EK EY SQ CX QF NZ JL NH KE OZ CA MU CZ AI ET".split(" "),
        flights: Array.from({ length: 8 }, (_, n) => `BA${9990 + n}`),
        ...{ departAfter: "06:00", departBefore: "22:00", arriveAfter: "07:00", arriveBefore: "23:00" },
      }),
    );
    const [{ basket }] = (await sql`
      select basket from fares join watch_fares on fare_id = fares.id join price_watches on price_watches.id = watch_id
       where user_id = ${userId}`) as [{ basket: string }];
    expect(JSON.parse(basket).dates).toHaveLength(100);
  });

  test("is a duplicate in any order and form of the same subject, also for one fare", async () => {
    const wanted = {
      ...days,
      departureDate: null,
      origin: ["STN", "LGW"],
      destination: ["FCO", "NAP"],
      airlines: ["FR", "BA"],
    };
    const { userId } = await a.watch(wanted);
    const again = { ...wanted, origin: ["LGW", "STN"], destination: ["NAP", "FCO"], airlines: ["BA", "FR"], bags: 0 };
    await expect(a.watch(again, { userId })).rejects.toMatchObject(duplicate);
    await a.watch({ ...again, rules: { target: "50.00" } }, { userId });
    await a.watch({ ...again, bags: 1 }, { userId });
    await a.watch(again);

    const single = { ...a.route(), departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-01" };
    await a.watch(single, { userId });
    const { origin, destination } = single;
    const exact = { origin: [origin], destination, departureDate: "2026-08-01", refundable: false };
    await expect(a.watch(exact, { userId })).rejects.toMatchObject(duplicate);
  });

  test("created twice at once is one watch, and the same one again with its id", async () => {
    const [userId, wanted, id] = [await a.user(), { ...window(), currency: "GBP" }, newId("wch")];
    const both = await Promise.allSettled([1, 2].map(() => Watch.create(userId, wanted, a.noon)));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: duplicate });
    const other = { ...wanted, rules: { target: "77.00" } };
    const twice = await Promise.all([1, 2].map(() => Watch.create(userId, other, a.noon, id)));
    expect(twice[1]).toEqual(twice[0]);
    const changed = await Watch.update(userId, id, { weekendsIn: "2026-10" }, afterNoon(minute));
    expect(await Watch.create(userId, other, afterNoon(minute), id)).toEqual(changed);
    expect(await rows(id)).toMatchObject({ fares: 20, changes: 2 });
    await expect(Watch.create(await a.user(), other, a.noon, id)).rejects.toMatchObject({ code: "watch.missing" });
  });

  test("is due at once, its fares 30 seconds after their last check, and is judged by the prices there are", async () => {
    const wanted = window({ rules: { target: "500.00" } });
    const provider = stubProvider(() => 100_00);
    await a.watch(wanted);
    await Sweep.run(a.noon, { provider, cadence: (_, at) => new Date(at.getTime() + hour) });
    const late = await a.watch({ ...wanted, rules: { target: "400.00" } }, { at: afterNoon(minute / 4) });
    expect(late).toMatchObject({
      nextCheckAt: afterNoon(minute / 2).toISOString(),
      nextCheckBecause: { code: "new" },
      currentPrice: { amount: "100.00" },
      cheapest: { origin: wanted.origin, departureDate: "2026-08-01", returnDate: null },
      highestPrice: { amount: "100.00" },
    });
    await Sweep.run(afterNoon(minute / 3), { provider, cadence: everySweep });
    expect(await sql`select at from alerts where watch_id = ${late.id}`).toEqual([{ at: afterNoon(minute / 3) }]);
  });

  test("is deleted with everything stored for it", async () => {
    const { userId, id } = await a.watch(window());
    await Watch.remove(userId, id);
    const left = await sql`
      select watch_id from watch_fares where watch_id = ${id} union all select watch_id from watch_changes where watch_id = ${id}`;
    expect(left).toEqual([]);
  });
});

/** Adds watches of one fare to a user's, active or ended. */
async function others(userId: string, count: number, isActive: boolean): Promise<void> {
  const { id } = await a.watch();
  const route = a.route();
  const ended = isActive ? null : a.noon;
  await sql`
    with made as (
      insert into price_watches
        (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, is_active,
         ended_at)
      select 'wch_' || n || ${userId}, ${userId}, ${route.origin}, ${route.destination}, '2026-08-01', 'economy', 1,
             'GBP', n, ${isActive}, ${ended}
        from generate_series(1, ${count}::int) as n
      returning price_watches.id
    )
    insert into watch_fares (watch_id, fare_id)
    select made.id, watch_fares.fare_id from made join watch_fares on watch_fares.watch_id = ${id}`;
}

describe("one hundred watches that have not ended", () => {
  const full = { kind: "conflict", code: "watch.limit", message: expect.stringContaining("100") };

  test("are the limit, also concurrently; a paused one counts, and an ended one makes room", async () => {
    const userId = await a.user();
    const route = { ...window(), currency: "GBP" };
    const make = (n: number) => Watch.create(userId, { ...route, rules: { target: `${n}.00` } }, a.noon);
    for (let n = 1; n <= 99; n++) await make(n);
    const three = await Promise.allSettled([100, 101, 102].map(make));
    expect(three.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of three) if (each.status === "rejected") expect(each.reason).toMatchObject(full);

    const { items } = await Watch.list(userId, { limit: 100 }, a.noon);
    const [{ id }, second] = items as [Watch.Info, Watch.Info];
    await expect(Watch.create(userId, { ...route, rules: { target: "1.00" } }, a.noon)).rejects.toMatchObject(
      duplicate,
    );
    await Watch.update(userId, id, { rules: { target: "500.00" } }, a.noon);
    await Watch.pause(userId, id, a.noon);
    await expect(make(200)).rejects.toMatchObject(full);
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({ state: "paused" });
    await Watch.markBooked(userId, second.id, {}, a.noon);
    await make(200);
    await expect(make(201)).rejects.toMatchObject(full);
    expect(await Watch.resume(userId, id, a.noon)).toMatchObject({ state: "active" });
    const fares =
      await sql`select count(*)::int as count from fares where basket is not null and basket like ${`%${route.origin}%${route.destination}%`}`;
    expect(fares).toEqual([{ count: 1 }]);
  }, 60_000);

  test("were passed by paused ones before: those are resumed only while fewer than 100 are active", async () => {
    const userId = await a.user();
    const { id } = await a.watch({}, { userId });
    await Watch.pause(userId, id, a.noon);
    await others(userId, 100, true);
    for (const resume of [() => Watch.resume(userId, id, a.noon), () => Watch.resume(userId, id, a.noon)])
      await expect(resume()).rejects.toMatchObject(full);
  });

  test("are a thousand at most with those that have ended", async () => {
    const userId = await a.user();
    await others(userId, 999, false);
    const last = await a.watch(window(), { userId });
    await expect(a.watch(window(), { userId })).rejects.toMatchObject({
      ...full,
      message: expect.stringContaining("1000"),
    });
    await Watch.remove(userId, last.id);
    await a.watch(window(), { userId });
  });

  test("leave nothing behind of a refused one", async () => {
    const userId = await a.user();
    await others(userId, 100, true);
    const before = await sql`select count(*)::int from fares`;
    await expect(a.watch(window(), { userId })).rejects.toMatchObject(full);
    expect(await sql`select count(*)::int from fares`).toEqual(before);
  });
});
