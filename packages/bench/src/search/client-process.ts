import { setTimeout as wait } from "node:timers/promises";
import { inOwnRequest, orFallback } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import { eventOf, type Person, search, statusOf } from "./people.ts";
import { slowProvider } from "./slow-provider.ts";
import { type Clock, now } from "./virtual-clock.ts";

// One client process: runs the tasks that its parent sends, answers with their results, and ends when the parent
// disconnects.

const provider = slowProvider(0);

const tasks = {
  /**
   * Sends `count` searches, `rate` a second, by the users in turn. Returns the wait of each (ms), and the number of
   * provider calls.
   */
  async pace({ path, people, count, rate, takes = 0 }: Pace) {
    Object.assign(provider, { milliseconds: takes, calls: 0 });
    const waits: Promise<number>[] = [];
    await arrivals(rate, count, (due) => {
      waits.push(answered(path, people[waits.length % people.length]!, due));
    });
    return { waits: await Promise.all(waits), calls: provider.calls };
  },

  /**
   * Sends `count` searches by `queries` in turn, `rate` a second, at the time of `clock`. Returns the number of
   * provider calls.
   */
  async drift({ queries, count, rate, clock, takes }: Drift) {
    Object.assign(provider, { milliseconds: takes, calls: 0 });
    const searches: Promise<unknown>[] = [];
    await arrivals(rate, count, () => {
      const query = queries[searches.length % queries.length];
      const askRedis: Flight.AskRedis = (command) => orFallback(inOwnRequest(command), undefined);
      searches.push(Flight.search(query, now(clock), { askRedis }));
    });
    await Promise.all(searches);
    return provider.calls;
  },

  /** Searches each of `paths` once, by the users at once, each one path after another. Returns the wait of each (ms). */
  async searchInTurn({ paths, people, takes }: { paths: string[]; people: Person[]; takes: number }) {
    Object.assign(provider, { milliseconds: takes, calls: 0 });
    const open = [...paths];
    const waits: number[] = [];
    await Promise.all(
      people.map(async (person) => {
        for (let path = open.shift(); path !== undefined; path = open.shift())
          waits.push(await answered(path, person, performance.now()));
      }),
    );
    return waits;
  },

  /**
   * Sends searches of `paths` in turn, `rate` a second by each of the users, for `seconds`. Returns how many were
   * refused for the user's limit (429), and how many were not.
   */
  async flood({ paths, people, rate, seconds }: { paths: string[]; people: Person[]; rate: number; seconds: number }) {
    const statuses: Promise<number>[] = [];
    await arrivals(rate * people.length, rate * people.length * seconds, () => {
      const { length } = statuses;
      const path = paths[Math.floor(length / people.length) % paths.length]!;
      statuses.push(statusOf(eventOf(path, people[length % people.length]!)));
    });
    const refused = (await Promise.all(statuses)).filter((status) => status === 429).length;
    return { refused, answered: statuses.length - refused };
  },
};
export type Tasks = typeof tasks;
type Pace = { path: string; people: Person[]; count: number; rate: number; takes?: number };
type Drift = { queries: object[]; count: number; rate: number; clock: Clock; takes: number };

/** Calls `arrive` `count` times at random moments, `rate` a second on average, without waiting for earlier calls. */
async function arrivals(rate: number, count: number, arrive: (due: number) => void): Promise<void> {
  let due = performance.now();
  for (let index = 0; index < count; index++) {
    due += (-Math.log(1 - Math.random()) / rate) * 1_000;
    while (performance.now() < due) await wait(due - performance.now());
    arrive(due);
  }
}

/** Returns the time from `due` to the answer (ms). */
async function answered(path: string, person: Person, due: number): Promise<number> {
  await search(eventOf(path, person));
  return performance.now() - due;
}

process.on("message", async ({ task, input }: { task: keyof Tasks; input: never }) => {
  process.send?.(await tasks[task](input));
});
