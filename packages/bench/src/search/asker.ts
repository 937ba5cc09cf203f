import { setTimeout as wait } from "node:timers/promises";
import { inOwnRequest, orFallback } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import { eventOf, type Person, search } from "./people.ts";
import { slow } from "./slow.ts";
import { type Clock, now } from "./virtual.ts";

// One of a crowd's processes: does what it is told, says what came of it, and ends when nobody is left to tell it more.

const provider = slow(0);

const tasks = {
  /** So many searches, `rate` a second, by each of the people in turn. The wait of each (ms), and the calls to the provider. */
  async pace({ path, people, count, rate, takes = 0 }: Pace) {
    Object.assign(provider, { milliseconds: takes, calls: 0 });
    const waits: Promise<number>[] = [];
    await arrivals(rate, count, (due) => {
      waits.push(answered(path, people[waits.length % people.length]!, due));
    });
    return { waits: await Promise.all(waits), calls: provider.calls };
  },

  /** So many searches by `queries` in turn, `rate` a second, at what `clock` shows. The calls to the provider. */
  async drift({ queries, count, rate, clock, takes }: Drift) {
    Object.assign(provider, { milliseconds: takes, calls: 0 });
    const asked: Promise<unknown>[] = [];
    await arrivals(rate, count, () => {
      const query = queries[asked.length % queries.length];
      asked.push(Flight.search(query, now(clock), (put) => orFallback(inOwnRequest(put), undefined)));
    });
    await Promise.all(asked);
    return provider.calls;
  },
};
export type Tasks = typeof tasks;
type Pace = { path: string; people: Person[]; count: number; rate: number; takes?: number };
type Drift = { queries: object[]; count: number; rate: number; clock: Clock; takes: number };

/** Calls `arrive` so many times at random moments, `rate` a second on average, whatever has become of the calls before. */
async function arrivals(rate: number, count: number, arrive: (due: number) => void): Promise<void> {
  let due = performance.now();
  for (let index = 0; index < count; index++) {
    due += (-Math.log(1 - Math.random()) / rate) * 1_000;
    while (performance.now() < due) await wait(due - performance.now());
    arrive(due);
  }
}

/** How long after `due` (ms) it is answered. */
async function answered(path: string, person: Person, due: number): Promise<number> {
  await search(eventOf(path, person));
  return performance.now() - due;
}

process.on("message", async ({ task, given }: { task: keyof Tasks; given: never }) => {
  process.send?.(await tasks[task](given));
});
