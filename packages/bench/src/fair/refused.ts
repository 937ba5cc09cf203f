import { setTimeout as wait } from "node:timers/promises";
import { redis } from "@travel-conductor/core/base/cache";
import { ms, quantile } from "../figures.ts";
import { startCrowd } from "../search/crowd.ts";
import { people } from "../search/people.ts";

const [searchers, journeys, clients, perSecond] = [10, 200, 50, 25];
/** How long the provider takes for a search (ms). */
const takes = 1_000;
/** How long the refused clients go on (s): longer than the people search. */
const seconds = 45;

/**
 * Lets ten people search 200 journeys without a stored answer, alone, and again other ones while 50 clients that
 * are past their limit ask for these very journeys 25 times a second each.
 * @returns the 99th percentile of the people's waits per that alone
 */
export async function refused(): Promise<{ others_p99_per_alone: number }> {
  await redis.flushdb();
  const crowd = startCrowd(3, { POWERTOOLS_LOG_LEVEL: "SILENT" });
  try {
    const all = await people(2 * searchers + clients);
    const [alone, others] = [all.slice(0, searchers), all.slice(searchers, 2 * searchers)];
    const late = all.slice(2 * searchers);
    const [warm, calm, asked] = ["LIS", "BOS", "SFO"].map((destination) => paths(destination));
    const search = { takes, paths: calm!, people: alone };
    // The first answers of a new process are slow.
    const half = (index: number) => late.filter((_, place) => place % 2 === index - 1);
    await crowd.one(0, "searchInTurn", { ...search, paths: warm!.slice(0, 10) });
    const before = await crowd.one(0, "searchInTurn", search);
    // Each client uses up its limit just before, so that it is refused all the time.
    for (const index of [1, 2])
      await crowd.one(index, "flood", { paths: warm!.slice(0, 1), people: half(index), rate: 40, seconds: 2 });
    let isOver = false;
    const flooding = Promise.all(
      [1, 2].map((index) =>
        crowd.one(index, "flood", { paths: asked!, people: half(index), rate: perSecond, seconds }),
      ),
    ).finally(() => (isOver = true));
    await wait(3_000);
    const beside = await crowd.one(0, "searchInTurn", { ...search, paths: asked!, people: others });
    if (isOver) throw new Error("the clients ended before the people");
    const floods = await flooding;
    const sum = (of: "refused" | "answered") => floods.reduce((total, one) => total + one[of], 0);
    const [p99, p99Alone] = [quantile(beside, 0.99), quantile(before, 0.99)];
    console.log(
      `  ${beside.length} searches beside ${sum("refused")} refused ones (${sum("answered")} not): p99 ${ms(p99)}, alone ${ms(p99Alone)}`,
    );
    return { others_p99_per_alone: p99 / p99Alone };
  } finally {
    await crowd.stop();
  }
}

function paths(destination: string): string[] {
  return Array.from({ length: journeys }, (_, index) => {
    const departureDate = new Date(Date.now() + (20 + index) * 86_400_000).toISOString().slice(0, 10);
    return `/v1/flights?${new URLSearchParams({ origin: "LHR", destination, departureDate, currency: "GBP" })}`;
  });
}
