import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, hour } from "../support/sweep.ts";

/** Hours from each check to the next, and the reason, of a fare with these prices at noon of successive days. */
async function paced(
  { rules, ...over }: Record<string, unknown> & { rules?: object },
  prices: number[],
  edit?: (id: string, userId: string) => Promise<unknown>,
) {
  const { id, userId, name } = await a.watch({ rules: { drop: null, ...rules }, ...over });
  const told: string[] = [];
  for (const [day, price] of prices.entries()) {
    const at = afterNoon(day * 24 * hour);
    await sql`update fares set due_at = ${at} where id = (select fare_id from watch_fares where watch_id = ${id})`;
    await Sweep.run(at, { provider: stubProvider((asked) => (asked === name ? price : null)) });
    const [row] = await sql`
      select extract(epoch from fares.due_at - ${at}) / 3600 as hours,
             fares.due_because as because
        from fares
        join watch_fares on watch_fares.fare_id = fares.id
       where watch_fares.watch_id = ${id}`;
    told.push(`${Math.round(Number(row?.hours) / 12) * 12} ${row?.because}`);
    if (day === 0) await edit?.(id, userId);
  }
  return told;
}

const usually = "24 departure";
const sooner = "12 trigger";

test("a fare is priced twice as often while it is within five percent of a target", async () => {
  expect(await paced({ rules: { target: "100.00" } }, [106_00, 105_00, 105_01, 101_00, 101_00, 300_00])).toEqual([
    usually,
    sooner,
    usually,
    sooner,
    sooner,
    usually,
  ]);
});

test("also at its first check", async () => {
  expect(await paced({ rules: { target: "100.00" } }, [104_00])).toEqual([sooner]);
});

test("and near a drop below the usual price, from its first price or from the days before", async () => {
  const drop = { rules: { drop: "0.10" } };
  expect(await paced(drop, [100_00, 95_00, 94_00, 94_00, 88_50])).toEqual([usually, usually, sooner, usually, sooner]);
});

test("not where it has just alerted, and can alert again only far below", async () => {
  expect(await paced({ rules: { target: "100.00" } }, [99_00, 99_00, 98_00])).toEqual([usually, usually, sooner]);
});

test("nor once no trigger is near any more", async () => {
  const away = (id: string, userId: string) =>
    Watch.update(userId, id, { rules: { target: "50.00" } }, afterNoon(hour));
  expect(await paced({ rules: { target: "100.00" } }, [104_00, 104_00], away)).toEqual([sooner, usually]);
  const closer = (id: string, userId: string) =>
    Watch.update(userId, id, { rules: { target: "100.00" } }, afterNoon(hour));
  expect(await paced({ rules: { target: "50.00" } }, [104_00, 104_00], closer)).toEqual([usually, sooner]);
});
