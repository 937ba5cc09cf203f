import * as Search from "@travel-conductor/core/search";
import { Client } from "pg";
import { expect, test } from "vitest";
import { type Judged, judged } from "../../src/content/judged.ts";
import { load } from "../../src/content/load.ts";
import { ndcg } from "../../src/content/ndcg.ts";

test("the search finds what the judged set wants, among 1,500 documents, for half of its texts", async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await load(client, 1_500);
  await client.end();
  await Search.maintain();
  const score = async ({ q, kind, language, results }: Judged) => {
    const kinds: Search.Kind[] = kind === "place" ? ["city", "airport"] : ["guide", "tip", "review", "help"];
    const asked = { q, kinds, ...(language && { language }) };
    const { places, texts } = await Search.find(undefined, asked, new Date("2026-11-27T12:00:00Z"));
    return ndcg(
      [...places, ...texts].map(({ id }) => id),
      results,
    );
  };
  for (const [kind, least] of [
    ["place", 0.9],
    ["text", 0.9],
  ] as const) {
    const scores = await Promise.all(
      judged.filter((each, at) => each.kind === kind && (kind === "place" || at % 2 === 0)).map(score),
    );
    expect(scores.reduce((sum, one) => sum + one, 0) / scores.length, kind).toBeGreaterThan(least);
  }
});
