import { describe, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, minute, watchPrices } from "../support/sweep.ts";

const only = { rules: { target: "200.00", drop: null } };
const duplicate = { kind: "conflict", code: "watch.duplicate" };

const sweep = (price: number, at: Date) => Sweep.run(at, { provider: stubProvider(() => price), cadence: everySweep });

async function changes(id: string) {
  return sql`
    select version, series, fare_id as "fareId", what, anew, target_price::float8 as target, after
      from watch_changes
     where watch_id = ${id}
     order by version`;
}

describe("the subject", () => {
  test("is changed field by field, and dates of another kind replace the present ones", async () => {
    const { userId, id, origin, destination } = await a.watch({
      departureDate: "2026-08-01",
      returnDate: "2026-08-08",
    });
    const update = (change: object) => Watch.update(userId, id, change, a.noon);
    const exact = { departureDate: "2026-08-01", returnDate: "2026-08-08", departureFrom: null, weekendsIn: null };
    expect(await update({ adults: 2, childAges: [9, 4] })).toMatchObject({
      ...exact,
      adults: 2,
      childAges: [4, 9],
      series: 2,
    });
    expect(await update({ departureDate: "2026-08-02" })).toMatchObject({
      ...exact,
      departureDate: "2026-08-02",
      series: 3,
    });
    expect(await update({ returnDate: null, cabin: "business", maxStops: 0 })).toMatchObject({
      returnDate: null,
      cabin: "business",
      maxStops: 0,
    });
    const window = { departureFrom: "2026-08-03", departureTo: "2026-08-05" };
    const none = { departureDate: null, returnDate: null };
    expect(await update(window)).toMatchObject({
      ...none,
      ...window,
      fares: 3,
      series: 5,
      endsAt: expect.stringMatching(/^2026-08-0[56]/),
    });
    expect(await update({ stayNights: { min: 2, max: 4 }, bags: 1 })).toMatchObject({
      ...none,
      ...window,
      fares: 9,
      bags: 1,
    });
    expect(await update({ weekendsIn: "2026-10", origin: [origin, "NAP"] })).toMatchObject({
      ...none,
      ...{ departureFrom: null, departureTo: null, stayNights: null, weekendsIn: "2026-10" },
      ...{ origin: [origin, "NAP"], destination, bags: 1, adults: 2, fares: 40 },
    });
    expect(await update({ departureDate: "2026-08-02", origin, bags: null })).toMatchObject({
      ...exact,
      departureDate: "2026-08-02",
      returnDate: null,
      origin,
      fares: 1,
      bags: null,
    });
  });

  test("starts a new series: no alert was given for it, no epoch is repeated, and the old history stays readable", async () => {
    const { userId, id, origin, destination } = await a.watch({ ...only, departureDate: "2026-08-01" });
    await sweep(190_00, a.noon);
    const moved = await Watch.update(userId, id, { departureDate: "2026-08-02" }, afterNoon(hour));
    expect(moved).toMatchObject({
      ...{ series: 2, departureDate: "2026-08-02", endsAt: expect.stringMatching(/^2026-08-02/) },
      ...{ currentPrice: null, lowestPrice: null, checkedAt: null, cheapest: null },
      ...{ nextCheckAt: afterNoon(hour).toISOString(), nextCheckBecause: { code: "new" } },
    });
    expect(await watchPrices(userId, id)).toEqual([]);
    await sweep(195_00, afterNoon(2 * hour));
    expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target", "03-01T14:00 195.00 target"]);
    const rules = await sql`select rule, epoch, level from alert_rules where watch_id = ${id} order by epoch`;
    expect(rules).toEqual([1, 2].map((epoch) => ({ rule: "target", epoch, level: 1 })));
    const [alert] = await sql`select already_true from alerts where watch_id = ${id} order by at desc limit 1`;
    expect(alert).toEqual({ already_true: true });

    const [made, changed] = await changes(id);
    expect(made).toMatchObject({ series: 1, anew: [], after: null });
    expect(changed).toMatchObject({ series: 2, anew: ["target"], after: null });
    const old = await sql`
      select price_observations.price::float8, fares.departure_date::text as day
        from price_observations
        join fares on fares.id = fare_id
       where fare_id = ${made?.fareId}`;
    expect(old).toEqual([{ price: 190_00, day: "2026-08-01" }]);
    const again = await Watch.update(userId, id, { departureDate: "2026-08-01" }, afterNoon(3 * hour));
    expect(again).toMatchObject({ series: 3, origin, destination, currentPrice: { amount: "190.00" } });
    await sweep(189_00, afterNoon(4 * hour));
    expect((await alertsOf(userId)).at(-1)).toBe("03-01T16:00 189.00 target");
  });

  test("in another form, or the same again, starts no series", async () => {
    const { userId, id, origin, destination } = await a.watch({ ...only, departureDate: "2026-08-01" });
    await sweep(190_00, a.noon);
    const same = await Watch.update(userId, id, { origin, adults: 1, endsOn: null, bags: null }, afterNoon(hour));
    expect(same).toMatchObject({ series: 1, origin });
    expect(await changes(id)).toHaveLength(1);
    const worded = await Watch.update(
      userId,
      id,
      { origin: [origin], destination: [destination], refundable: false },
      afterNoon(hour),
    );
    expect(worded).toMatchObject({
      series: 1,
      origin: [origin],
      refundable: false,
      currentPrice: { amount: "190.00" },
    });
    const days = { departureFrom: "2026-08-01", departureTo: "2026-08-01" };
    expect(await Watch.update(userId, id, days, afterNoon(hour))).toMatchObject({
      series: 1,
      ...days,
      departureDate: null,
    });
    await sweep(189_00, afterNoon(2 * hour));
    expect(await alertsOf(userId)).toHaveLength(1);
  });

  test("with past days stays as it is until it is changed, and may then have begun in the past", async () => {
    const at = new Date("2026-08-02T12:00:00Z");
    const { userId, id, departureFrom } = await a.watch({
      departureDate: null,
      departureFrom: "2026-08-01",
      departureTo: "2026-08-04",
    });
    expect(await Watch.update(userId, id, { rules: { target: "99.00" } }, at)).toMatchObject({ fares: 4, series: 1 });
    expect(await Watch.update(userId, id, { departureFrom, departureTo: "2026-08-05" }, at)).toMatchObject({
      ...{ departureFrom, departureTo: "2026-08-05", fares: 4, series: 2 },
    });
    const past = Watch.update(userId, id, { departureFrom: "2026-07-31" }, at);
    await expect(past).rejects.toMatchObject({ code: "flight.not_sellable", errors: [{ pointer: "/departureFrom" }] });
  });

  test("has a last day of its own, which changes without a new series", async () => {
    const { userId, id, endsAt } = await a.watch({ departureDate: "2026-08-01" });
    const update = (endsOn: string | null) => Watch.update(userId, id, { endsOn }, afterNoon(hour));
    expect(await update("2026-07-01")).toMatchObject({
      endsOn: "2026-07-01",
      endsAt: expect.stringMatching(/^2026-07-0/),
      series: 1,
    });
    expect(await update(null)).toMatchObject({ endsOn: null, endsAt, series: 1 });
    for (const day of ["2026-02-28", "2026-08-02"])
      await expect(update(day)).rejects.toMatchObject({ errors: [{ pointer: "/endsOn" }] });
    await update("2026-07-01");
    const sooner = Watch.update(userId, id, { departureDate: "2026-06-01" }, a.noon);
    await expect(sooner).rejects.toMatchObject({ errors: [{ pointer: "/endsOn" }] });
    expect(await changes(id)).toHaveLength(4);
  });

  test("of a window that has begun stays the same where only its last day or its wording changes", async () => {
    const window = { departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-04" };
    const { userId, id } = await a.watch({ ...only, ...window });
    await sweep(190_00, a.noon);
    const begun = new Date("2026-08-02T12:00:00Z");
    const update = (change: object) => Watch.update(userId, id, change, begun);
    expect(await update({ endsOn: "2026-08-03" })).toMatchObject({ series: 1, fares: 4, endsOn: "2026-08-03" });
    expect(await update({ refundable: false })).toMatchObject({ series: 1, fares: 4 });
    expect(await update({ departureTo: "2026-08-03" })).toMatchObject({ series: 2, fares: 2 });
    expect(await alertsOf(userId)).toHaveLength(1);
  });

  test.each<[object, string[]]>([
    [{ departureDate: null }, ["departureDate"]],
    [{ origin: "BGY", destination: "BGY" }, ["destination"]],
    [{ stayNights: { min: 1, max: 2 } }, ["departureFrom", "departureTo"]],
    [{ returnDate: "2026-07-30" }, ["returnDate"]],
    [{ returnDepartAfter: "12:00" }, ["returnDepartAfter"]],
    [{ infants: 2 }, ["infants"]],
    [{ weekendsIn: "2026-10", departureFrom: "2026-10-01" }, ["weekendsIn"]],
    [{ colour: "red" }, ["colour"]],
    [{ adults: null }, ["adults"]],
  ])("is not changed by %j, which is at fault in %j", async (change, keys) => {
    const { userId, id, name: _, userId: __, ...shown } = await a.watch({ departureDate: "2026-08-01" });
    const refused = await Watch.update(userId, id, change, a.noon).catch((error) => error);
    const named = refused.issues?.map((issue: { path?: { key: string }[] }) => issue.path?.[0]?.key);
    expect([...new Set(named)]).toEqual(expect.arrayContaining(keys));
    expect(await Watch.get(userId, id, a.noon)).toEqual({ id, ...shown });
  });

  test("needs a target in a new currency, and loses the price paid in the old one", async () => {
    const { userId, id } = await a.watch({ rules: { target: "200.00" } });
    await Watch.markBooked(userId, id, { pricePaid: "150.00" }, a.noon);
    const update = (change: object) => Watch.update(userId, id, change, a.noon);
    const refused = { kind: "input", code: "watch.target", errors: [{ pointer: "/rules/target" }] };
    await expect(update({ currency: "JPY" })).rejects.toMatchObject(refused);
    await expect(update({ currency: "JPY", rules: { target: "200.00" } })).rejects.toMatchObject(refused);
    expect(await update({ currency: "JPY", rules: { target: "20000" } })).toMatchObject({
      ...{ rules: { target: { amount: "20000", currency: "JPY" } }, bookedPrice: null, series: 2 },
    });
  });

  test("is not changed to one that the user already has, nor once it has ended", async () => {
    const one = await a.watch({ departureDate: "2026-08-01" });
    const { userId, origin, destination } = one;
    const other = await a.watch({ origin, destination, departureDate: "2026-08-02" }, { userId });
    const to = (change: object, at = a.noon) => Watch.update(userId, other.id, change, at);
    await expect(to({ departureDate: "2026-08-01" })).rejects.toMatchObject(duplicate);
    await expect(to({ departureFrom: "2026-08-01", departureTo: "2026-08-01" })).rejects.toMatchObject(duplicate);
    expect(await to({ departureDate: "2026-08-01", rules: { target: "50.00" } })).toMatchObject({ series: 2 });
    await expect(to({ rules: { target: null } })).rejects.toMatchObject(duplicate);
    const over = new Date(other.endsAt ?? "");
    await expect(to({ departureDate: "2026-09-01" }, over)).rejects.toMatchObject({ code: "watch.ended" });
    const many = to({ departureFrom: "2026-08-01", departureTo: "2026-12-01" });
    await expect(many).rejects.toMatchObject({ code: "watch.too_many_fares", errors: [{ pointer: "/departureTo" }] });
  });

  test("is changed by many concurrent requests one after the other, and none is lost", async () => {
    const { userId, id } = await a.watch({ departureDate: "2026-08-01" });
    const all = [
      { adults: 2 },
      { cabin: "business" },
      { bags: 1 },
      { rules: { target: "90.00" } },
      { returnDate: "2026-08-09" },
    ];
    await Promise.all(all.map((change) => Watch.update(userId, id, change, a.noon)));
    expect(await Watch.get(userId, id, a.noon)).toMatchObject({
      ...{
        adults: 2,
        cabin: "business",
        bags: 1,
        rules: { target: { amount: "90.00" } },
        returnDate: "2026-08-09",
        series: 5,
      },
    });
    expect((await changes(id)).map(({ version, series }) => [version, series])).toEqual(
      expect.arrayContaining([
        [1, 1],
        [6, 5],
      ]),
    );
  });

  test("changed while it is paused is not priced, and is once it is resumed", async () => {
    const { userId, id } = await a.watch({ departureDate: "2026-08-01" });
    await Watch.pause(userId, id, a.noon);
    const days = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };
    expect(await Watch.update(userId, id, days, afterNoon(minute))).toMatchObject({
      state: "paused",
      nextCheckAt: null,
      nextCheckBecause: null,
    });
    await sweep(100_00, afterNoon(hour));
    expect(await watchPrices(userId, id)).toEqual([]);
    expect(await Watch.resume(userId, id, afterNoon(2 * hour))).toMatchObject({
      nextCheckAt: afterNoon(2 * hour).toISOString(),
    });
    await sweep(100_00, afterNoon(2 * hour));
    expect(await watchPrices(userId, id)).toEqual(["ok 100.00"]);
  });

  test("is judged by a new rule on the present prices, without a search", async () => {
    const { userId, id } = await a.watch({
      ...only,
      departureDate: null,
      departureFrom: "2026-08-01",
      departureTo: "2026-08-03",
    });
    const provider = stubProvider(() => 250_00);
    const cadence = (_: unknown, at: Date) => new Date(at.getTime() + 24 * hour);
    await Sweep.run(a.noon, { provider, cadence });
    const { length } = provider.searched;
    await Watch.update(userId, id, { rules: { target: "260.00" } }, afterNoon(hour));
    await Sweep.run(afterNoon(hour + minute), { provider, cadence });
    expect(await alertsOf(userId)).toEqual(["03-01T13:01 250.00 target"]);
    expect(provider.searched).toHaveLength(length);
  });
});
