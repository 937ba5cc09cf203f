import { setTimeout as wait } from "node:timers/promises";
import { type OwnPostgres, startOwnPostgres } from "@travel-conductor/local/testing/own";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isUnreachable, sql } from "../../../src/base/db.ts";
import { stableId } from "../../../src/base/id.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { sentAndExpected } from "../../support/proof/expected.ts";
import { throughProxy } from "../../support/proof/proxy.ts";
import { expireLeases } from "../../support/proof/snapshot.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, everySweep, hour } from "../../support/sweep.ts";

let own: OwnPostgres;
beforeAll(async () => {
  own = await startOwnPostgres();
});
afterAll(() => own.stop());

/** A price that goes up and down by the hour, differently for each fare. */
const provider = stubProvider((name, at) => 150_00 + ((name.charCodeAt(1) + at.getTime() / hour) % 3) * 40_00);

/** Repeats an action until there is an answer, so it may happen twice. */
async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      await wait(50);
    }
  }
}

async function load() {
  const userId = await a.user();
  const routes = Array.from({ length: 30 }, () => a.route());
  const make = (name: string, n: number, target: number, at: Date) => {
    const wanted = { ...routes[n % routes.length], currency: "GBP", rules: { target: `${target}.00` } };
    return surely(() => Watch.create(userId, wanted, at, stableId("wch", a.noon, `${name} ${n}`)));
  };
  const steady = await Promise.all(routes.map((_, n) => make("steady", n, 200, a.noon)));
  const edited = await Promise.all(routes.map((_, n) => make("edited", n, 100, a.noon)));
  const targets = new Map<string, string>();
  const come: string[] = [];
  let round = 0;
  let failed = 0;
  const at = () => afterNoon(round * hour);
  const sweep = () => Sweep.run(at(), { provider, cadence: everySweep, batch: 10 });
  return {
    steady: steady.map(({ id }) => id),
    targets,
    come,
    sweep,
    failed: () => failed,
    /** Two concurrent sweeps, five users who change their targets, and two new watches. */
    async go() {
      round++;
      const swept = () =>
        sweep().catch((error: unknown) => {
          if (!isUnreachable(error)) throw error;
          failed++;
        });
      const changed = edited.slice(round % 25, (round % 25) + 5).map(({ id }) => async () => {
        const { rules } = await surely(() =>
          Watch.update(userId, id, { rules: { target: `${100 + round}.00` } }, at()),
        );
        targets.set(id, rules.target!.amount);
      });
      const coming = [1, 2].map((n) => async () => {
        come.push((await make("come", 10 * round + n, 300 + 10 * round + n, at())).id);
      });
      await Promise.all([swept, swept, ...changed, ...coming].map((each) => each()));
      await surely(expireLeases);
    },
  };
}

const times = 3;
const answersBeforeCrash = 40;

test("a Postgres crash under load loses nothing that was acknowledged, and repeats no alert", async () => {
  let answered = 0;
  const back = () => ++answered > 0;
  await throughProxy({ to: own, back }, async () => {
    const { go, sweep, failed, steady, targets, come } = await load();
    let crashes = 0;
    const crash = async () => {
      for (; crashes < times; crashes++) {
        for (const enough = answered + answersBeforeCrash; answered < enough; ) await wait(5);
        await own.crash();
        await own.revive();
      }
    };
    const all = crash();
    while (crashes < times) await go();
    await all;
    expect(failed()).toBeGreaterThan(0);

    // The number of hours until each fare has had its lowest price.
    for (let hours = 0; hours < 3; hours++) await go();
    await surely(expireLeases);
    await sweep();
    // A fare whose first watch was created while a worker held it that then crashed is due half a minute later.
    const [unchecked] = await sql`
      select count(*)::int as fares
        from fares
        join (select max(checked_at) as at from fares) as last on fares.checked_at < last.at
       where fares.due_at is null
          or fares.due_at > last.at + interval '30 seconds'`;
    expect(unchecked).toEqual({ fares: 0 });
    const { told, due } = await sentAndExpected(steady, false);
    expect(told).toEqual(due);
    expect(told.length).toBeGreaterThanOrEqual(steady.length);
    const found = await sql`select id from price_watches where id = any(${come}::text[])`;
    expect(found).toHaveLength(come.length);
    const now = await sql`
      select id, (target_price / 100.0)::numeric(9, 2)::text as target
        from price_watches
       where id = any(${[...targets.keys()]}::text[])`;
    expect(new Map(now.map(({ id, target }) => [id, target]))).toEqual(targets);
  });
});
