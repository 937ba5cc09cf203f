import { setTimeout as wait } from "node:timers/promises";
import { redis } from "@travel-conductor/core/base/cache";
import * as Queue from "@travel-conductor/core/base/queue";
import * as Flight from "@travel-conductor/core/flight";
import { startClock } from "@travel-conductor/local/clock";
import { startConsumer } from "@travel-conductor/local/consumer";
import { startSqs } from "@travel-conductor/local/sqs";
import * as v from "valibot";
import { ms, quantile, ratio } from "./figures.ts";
import { startCrowd } from "./search/crowd.ts";
import { discardNoted } from "./search/discard-noted.ts";
import { hot } from "./search/hot.ts";
import { people } from "./search/people.ts";
import { slowProvider } from "./search/slow-provider.ts";
import { type Clock, now } from "./search/virtual-clock.ts";

// Measures signed-in searches: one with a stored answer, against a bare handler; a new one, by a thousand users at
// once; those that arrive while an answer is renewed; and the number of provider calls over hours.
const hour = 3_600_000;
const day = 24 * hour;
const samples = 10_000;
const processes = 4;
const users = await people(1_000);
const groups = Array.from({ length: processes }, (_, group) => users.filter((_, index) => index % processes === group));

const { product, least, bytes, ...requests } = await hot(path(journey("LHR", "JFK")), users.slice(0, 200));
console.log(`hot search ${ms(product)}, ${bytes} bytes; bare handler ${ms(least)}`);

const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = process.env;
const { queues, urlOf, stop } = await startSqs({ id, secret });
const crowd = startCrowd(processes, { REFRESH_QUEUE_URL: urlOf(queues.refresh) });
const clock = startClock(discardNoted, 250);
const provider = slowProvider(0);
try {
  const stampede = await atOnce();
  const { hit, refresh } = await whileRenewed();
  const recomputes = await overHours();
  console.log(
    JSON.stringify({
      hot_per_bare_request: ratio(least, product),
      redis_requests_hot: requests.redis,
      postgres_requests_hot: requests.postgres,
      stampede_provider_calls: stampede,
      refresh_p99_per_hit_p99: ratio(refresh, hit),
      recomputes_per_ideal: recomputes,
    }),
  );
} finally {
  await clock.stop();
  await crowd.stop();
  await stop();
}

/**
 * Returns the number of provider calls when a thousand users ask the same search before there is an answer. The
 * provider takes fifteen seconds, and the users arrive within ten. (A thousand requests in one millisecond would test
 * the bundled Redis instead of the search.)
 */
async function atOnce(): Promise<number> {
  const url = path(journey("LHR", "SFO"));
  const [count, rate] = [users.length / processes, users.length / processes / 10];
  const warm = path(journey("LHR", "BOS"));
  // The first answer of a new process is slow.
  await crowd.all("pace", (index) => ({ path: warm, people: groups[index]!, count: 20, rate }));
  const results = await crowd.all("pace", (index) => ({
    path: url,
    people: groups[index]!,
    count,
    rate,
    takes: 15_000,
  }));
  const calls = results.reduce((sum, one) => sum + one.calls, 0);
  const longest = ms(Math.max(...results.flatMap(({ waits }) => waits)));
  console.log(
    `${users.length} people in ${processes} processes: ${calls} calls to the provider, none waited longer than ${longest}`,
  );
  return calls;
}

/**
 * Returns the 99th percentiles (ms) of searches with a fresh answer, and of those that arrive while it is renewed,
 * measured in turn. To keep a renewal running, the stored answer is made an hour old after each renewal, which takes a
 * second.
 */
async function whileRenewed(): Promise<{ hit: number; refresh: number }> {
  const query = journey("LHR", "LAX");
  const criteria = v.parse(Flight.Criteria, query);
  const pace = async (samples: number) => {
    const [count, rate] = [samples / processes, 100 / processes];
    const inputOf = (index: number) => ({ path: path(query), people: groups[index]!, count, rate });
    return (await crowd.all("pace", inputOf)).flatMap(({ waits }) => waits);
  };
  const age = async () => {
    const [at, until] = [hour, 1].map((ago) => new Date(Date.now() - ago).toISOString());
    await redis.hset(Flight.cacheKey(criteria), { at, until });
  };
  let ageing = false;
  Object.assign(provider, { milliseconds: 1_000, calls: 0 });
  const consumer = startConsumer(queues.refresh, (event) =>
    Queue.handleMessages(event, async (ticket) => {
      await Flight.refresh(ticket, new Date());
      if (ageing) await age();
    }),
  );
  const [hits, stale]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 10; turn++) {
    ageing = false;
    const fresh = async () => Date.parse((await Flight.stored([criteria]))[0]?.freshUntil ?? "") > Date.now();
    while (!(await fresh())) await pace(100);
    hits.push(...(await pace(samples / 10)));
    ageing = true;
    await age();
    stale.push(...(await pace(samples / 10)));
  }
  await consumer.stop();
  const [hit, refresh] = [hits, stale].map((waits) => quantile(waits, 0.99)) as [number, number];
  console.log(`p99 of ${samples} hits ${ms(hit)}, of as many during ${provider.calls} renewals ${ms(refresh)}`);
  return { hit, refresh };
}

/**
 * Returns the provider calls for ten journeys, under 100 searches a second for five hours that pass in a minute,
 * divided by those of one process with a perfect timer: one call whenever an answer of the same lifetime expires.
 */
async function overHours(): Promise<number> {
  const [minutes, speed, rate] = [1, 300, 100];
  const queries = ["JFK", "SFO", "LAX", "BOS", "MIA", "DXB", "SIN", "HND", "DEL", "GRU"].map((to) =>
    journey("MAN", to, 3),
  );
  const criteria = queries.map((query) => v.parse(Flight.Criteria, query));
  const time: Clock = { start: Date.now(), began: Date.now(), speed };
  const consumer = startConsumer(queues.refresh, (event) =>
    Queue.handleMessages(event, (ticket) => Flight.refresh(ticket, now(time))),
  );
  const lifetimes = criteria.map(() => new Map<string, number>());
  let over = false;
  const watching = (async () => {
    for (; !over; await wait(100)) {
      for (const [index, known] of (await Flight.stored(criteria)).entries()) {
        if (known) lifetimes[index]!.set(known.searchedAt, Date.parse(known.freshUntil) - Date.parse(known.searchedAt));
      }
    }
  })();
  Object.assign(provider, { milliseconds: 200, calls: 0 });
  const count = (minutes * 60 * rate) / processes;
  const calls = await crowd.all("drift", () => ({ queries, count, rate: rate / processes, clock: time, takes: 200 }));
  over = true;
  await Promise.all([watching, consumer.stop()]);
  const span = now(time).getTime() - time.start;
  const made = calls.reduce((sum, some) => sum + some, provider.calls);
  const ideal = lifetimes.reduce((sum, each) => {
    const all = [...each.values()].reduce((one, other) => one + other, 0);
    return sum + Math.ceil((span * each.size) / all);
  }, 0);
  console.log(`${made} calls to the provider in ${(span / hour).toFixed(1)} hours, ${ideal} by a perfect timer`);
  return ratio(made, ideal);
}

function journey(origin: string, destination: string, days = 60) {
  const departureDate = new Date(Date.now() + days * day).toISOString().slice(0, 10);
  return { origin, destination, departureDate, currency: "GBP" };
}

function path(query: ReturnType<typeof journey>): string {
  return `/v1/flights?${new URLSearchParams(query)}`;
}
