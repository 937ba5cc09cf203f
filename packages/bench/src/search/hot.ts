import { env } from "@travel-conductor/core/base/env";
import * as Session from "@travel-conductor/core/session";
import { bare } from "../cold/bare.ts";
import { counting, medians } from "../measure.ts";
import { discardNoted } from "./discard-noted.ts";
import { eventOf, type Person, search } from "./people.ts";

const tries = 2_000;

/**
 * Returns the medians (ms) of a signed-in search with a stored answer, and of the bare handler on the same events with
 * the pipelines and the answer of those searches, measured in turn; and the number of requests of one such search.
 */
export async function hot(path: string, people: Person[]) {
  const requests = counting();
  const events = people.map((person) => eventOf(path, person));
  const made = { redis: 0, postgres: 0 };
  const pipelines: string[] = [];
  let answer = "";
  for (const [index, event] of events.entries()) {
    // The first search teaches the process the user of the session; from the second on the search is counted for that
    // user.
    await Session.validate(people[index]!.token, new Date());
    await search(event);
    const before = requests();
    answer = await search(event);
    const after = requests();
    made.redis += after.redis - before.redis;
    made.postgres += after.postgres - before.postgres;
    pipelines.push(after.lastRedisBody);
  }

  const redis = { url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN };
  let turn = 0;
  const bareHandler = bare(redis, () => pipelines[turn]!, answer);
  const same = (body: string) => {
    if (body !== answer) throw new Error(`not what was answered before: ${body}`);
  };
  const [product, least] = await medians(tries, [
    async () => same(await search(events[turn]!)),
    async () => same((await bareHandler(events[turn]!)).body),
    async () => {
      turn = (turn + 1) % events.length;
      if (turn % 20 === 0) await discardNoted();
    },
  ]);
  return {
    product,
    least,
    bytes: Buffer.byteLength(answer),
    redis: made.redis / events.length,
    postgres: made.postgres / events.length,
  };
}
