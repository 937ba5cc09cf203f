import { parseArgs } from "node:util";
import * as Search from "@travel-conductor/core/search";
import { Client } from "pg";
import { growth } from "./content/guides.ts";
import { type Judged, judged } from "./content/judged.ts";
import { load } from "./content/load.ts";
import { ndcg } from "./content/ndcg.ts";
import { requestsOf } from "./content/requests.ts";
import { quantile } from "./figures.ts";

// Measures how good and how fast the search is: nDCG@5 of the judged set on 20,000 documents, the times of single
// searches, and the time with many documents against that with 10,000; the requests of a guide, and its time with many
// observations against that with 100,000. The last line has all figures.
const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:content");
const { values: options } = parseArgs({
  options: {
    documents: { type: "string", default: "1000000" },
    observations: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "5" },
  },
});

const client = new Client({ connectionString: direct });
await client.connect();

async function fill(size: number): Promise<void> {
  const began = performance.now();
  await load(client, size);
  const { words } = await Search.maintain();
  await client.query("vacuum analyze posts, search_words");
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${size} documents in ${seconds} s, ${words} words known`);
}

const find = ({ q, language }: Judged) =>
  Search.find(undefined, { q, limit: 10, ...(language && { language }) }, new Date());

/** The ids of the group that was asked for, best first. */
async function ranking(asked: Judged): Promise<string[]> {
  const { places, texts } = await find(asked);
  return (asked.kind === "place" ? places : texts).map(({ id }) => id);
}

/** The mean nDCG@5; prints the queries with less than 0.9 if it `tells`. */
async function quality(kind: Judged["kind"], tells = true): Promise<number> {
  const scores: number[] = [];
  for (const asked of judged.filter((each) => each.kind === kind)) {
    const found = await ranking(asked);
    const score = ndcg(found, asked.results);
    scores.push(score);
    if (tells && score < 0.9)
      console.log(
        `  ${score.toFixed(2)} ${asked.q}: ${found.slice(0, 5).join(" ")}; wanted ${Object.keys(asked.results).join(" ")}`,
      );
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/**
 * The time of each search of the judged set, in milliseconds: the least of some rounds, so that a pause of the machine does
 * not count as the search's.
 */
async function times(): Promise<number[]> {
  const least = judged.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [at, asked] of judged.entries()) {
      const began = performance.now();
      await find(asked);
      least[at] = Math.min(least[at] ?? 0, performance.now() - began);
    }
  return least;
}

await fill(20_000);
const [places, texts] = [await quality("place"), await quality("text")];
console.log(`nDCG@5: places ${places.toFixed(3)}, texts ${texts.toFixed(3)}`);
const all = await times();
const [median, p99] = [quantile(all, 0.5), quantile(all, 0.99)];
console.log(`a search: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);

const medians: number[] = [];
for (const size of [10_000, Number(options.documents)]) {
  await fill(size);
  medians.push(quantile(await times(), 0.5));
  const found = await quality("text", false);
  console.log(`with ${size} documents: median ${medians.at(-1)?.toFixed(1)} ms, nDCG@5 of texts ${found.toFixed(3)}`);
}
const guideGrowth = await growth(client, 100_000, Number(options.observations));
// The first request also loads code.
await requestsOf("/v1/places/SYD?from=LHR&currency=GBP");
const guide = await requestsOf("/v1/places/SYD?from=LHR&currency=GBP");
await client.end();
const short = (figure: number) => Number(figure.toPrecision(3));
console.log(
  JSON.stringify({
    guide_redis: guide.redis,
    guide_postgres: guide.postgres,
    search_p99_per_median: short(p99 / median),
    search_1m_per_10k: short((medians[1] ?? 0) / (medians[0] ?? 1)),
    ndcg_places: short(places),
    ndcg_texts: short(texts),
    guide_growth: short(guideGrowth),
  }),
);
