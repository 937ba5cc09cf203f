import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { chain } from "../../../src/flight/chain.ts";
import type { Criteria } from "../../../src/flight.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as a from "../../support/factory.ts";
import { withHangingService, withoutService } from "../../support/network.ts";
import { sentAndExpected } from "../../support/proof/expected.ts";
import { deleteAll } from "../../support/proof/snapshot.ts";
import { type MarketAnswer, offer, slicesFor, stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, everySweep, minute } from "../../support/sweep.ts";

beforeEach(deleteAll);

/** Returns true in three cases of ten, always the same for the same words. */
function happens(words: string): boolean {
  return createHash("sha256").update(words).digest()[0]! < 77;
}

/** `count` fares, each with one watch and a target of 200.00. */
async function watches(fares: number) {
  const made: string[] = [];
  const userId = await a.user();
  for (let n = 0; n < fares; n++)
    made.push((await a.watch({ ...a.route(), rules: { target: "200.00" } }, { userId })).id);
  return made;
}

/** The number of ticks until every watch has alerted, and the alerts. */
async function until(ids: string[], strike: (n: number) => Promise<unknown>) {
  for (let n = 1; n <= 50; n++) {
    await strike(n);
    const { told, due } = await sentAndExpected(ids, true);
    expect(told).toEqual(due);
    if (told.length >= ids.length) return n;
  }
  return Number.POSITIVE_INFINITY;
}

test("a provider that fails three calls of ten, and is slow at three, delays alerts by at most ten ticks", async () => {
  const ids = await watches(60);
  const stormy = async (name: string, at: Date, price: number) => {
    await wait(happens(`slow ${name} ${at.getTime()}`) ? 20 : 2);
    return happens(`${name} ${at.getTime()}`) ? new Error("reset") : price;
  };
  let price = 220_00;
  const provider = stubProvider(
    (name, at): Promise<MarketAnswer> => stormy(name, at, price),
    async (name, total, at) => {
      const said = await stormy(`again ${name}`, at, total);
      return said instanceof Error ? { status: "provider_error" } : said;
    },
  );
  const strike = (n: number) => Sweep.run(afterNoon(n * 5 * minute), { provider, cadence: everySweep });
  for (let n = 1; n <= 6; n++) await strike(n);
  price = 190_00;
  const strikes = await until(ids, (n) => strike(6 + n));
  expect(strikes).toBeGreaterThan(1);
  expect(strikes).toBeLessThanOrEqual(10);
});

test.each([
  ["gone", withoutService],
  ["silent", withHangingService],
])("with Redis %s, providers that cost nothing are asked, and the others once it is back", async (_, broken) => {
  const warnings: string[] = [];
  const note = ({ message }: Error) => void warnings.push(message);
  process.on("warning", note);
  const ids = await watches(12);
  const named = (kind: string) => {
    const name = `${kind} ${ids[0]}`;
    const sold = (criteria: Criteria) => ({ ...offer(190_00), slices: slicesFor(criteria), provider: name });
    const provider = stubProvider(
      (_name, _at, criteria) => ({ status: "ok", offers: [sold(criteria)] }),
      (_name, _total, _at, criteria) => ({ status: "ok", offer: sold(criteria) }),
    );
    return { ...provider, name, confirm: provider.confirm! };
  };
  let now = a.noon;
  const clock = () => now;
  const [dear, free] = [named("dear"), named("free")];
  const costly = chain([dear], { clock, budgets: { [dear.name]: 1000 } });
  const sweep = (n: number, asked: typeof costly) => {
    now = afterNoon(n * 5 * minute);
    // Under one name, because prices of another source begin a new series.
    return Sweep.run(now, { provider: { ...asked, name: "shop" }, cadence: everySweep });
  };
  await broken("redis", async () => {
    await sweep(0, costly);
    expect(await sentAndExpected(ids, true)).toEqual({ told: [], due: [] });
    expect(dear.searched).toEqual([]);
    const half = chain([dear, free], { clock, budgets: { [dear.name]: 1000 } });
    await sweep(1, half);
  });
  expect(free.searched).toHaveLength(12);
  const { told, due } = await sentAndExpected(ids, true);
  expect(told).toEqual(due);
  expect(told).toHaveLength(12);
  await sweep(2, costly);
  expect(dear.searched).toHaveLength(12);
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
