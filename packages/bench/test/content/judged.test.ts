import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { corpus, handwritten, languages } from "../../src/content/corpus.ts";
import { drawnBy, judged } from "../../src/content/judged.ts";
import { ndcg } from "../../src/content/ndcg.ts";
import { draw, randomFrom } from "../../src/content/random.ts";

test("nDCG has the values worked out by hand", () => {
  expect(ndcg(["a", "b"], { a: 3, b: 2 })).toBe(1);
  expect(ndcg([], { a: 3 })).toBe(0);
  expect(ndcg(["a"], {})).toBe(0);
  // The only wanted result in second place: 1 / log2(3).
  expect(ndcg(["x", "a"], { a: 3 })).toBeCloseTo(0.63093, 5);
  // (3 + 7 / log2(3)) / (7 + 3 / log2(3)).
  expect(ndcg(["b", "a"], { a: 3, b: 2 })).toBeCloseTo(0.83399, 5);
  expect(ndcg(["v", "w", "x", "y", "z", "a"], { a: 3 })).toBe(0);
  expect(ndcg(["a", "a"], { a: 3, b: 3 })).toBeCloseTo(0.61315, 5);
});

test("the judged set has 100 places and 100 texts, whose results are hand-written documents", () => {
  expect(judged.filter(({ kind }) => kind === "place")).toHaveLength(100);
  const texts = judged.filter(({ kind }) => kind === "text");
  expect(texts).toHaveLength(100);
  const ids = new Set(handwritten.map(({ id }) => id));
  expect(handwritten).toHaveLength(500);
  expect(texts.flatMap(({ results }) => Object.keys(results)).filter((id) => !ids.has(id))).toEqual([]);
  expect(new Set(texts.map(({ language }) => language))).toEqual(new Set(languages));
});

test("60 of the places are the drawn rows of city-names.tsv", (context) => {
  const path = new URL("../../../../../shared/data/city-names.tsv", import.meta.url);
  if (!existsSync(path)) return context.skip("../shared/data/city-names.tsv is not there: the draw is not checked");
  const [, ...rows] = readFileSync(path, "utf8").trimEnd().split("\n");
  const drawn = draw(rows, 60, randomFrom(drawnBy)).map((row) => row.split("\t"));
  const ours = judged.filter((each) => each.drawn);
  expect(ours.map(({ q }) => q)).toEqual(drawn.map(([typed]) => typed));
  expect(ours.map(({ results }, at) => results[drawn[at]?.[1] ?? ""])).toEqual(ours.map(() => 3));
});

test("a corpus begins with the hand-written documents and is the same at each run", () => {
  const [some, more] = [[...corpus(600, {})], [...corpus(700, {})]];
  expect(more.slice(0, 600)).toEqual(some);
  expect(some.slice(0, 500).map(({ body }) => body)).toEqual(handwritten.map(({ body }) => body));
  expect(new Set(more.map(({ id }) => id)).size).toBe(700);
  expect(new Set(more.slice(500).map(({ language }) => language)).size).toBe(5);
  expect(more[640]).toMatchInlineSnapshot(`
    {
      "body": "Никто не рассказал нам про главное: паспорт, трамвай.",
      "date": "2025-12-26",
      "id": "made640",
      "kind": "review",
      "language": "ru",
      "place": "MIL",
      "title": "День у Лебаса",
      "useful": 0,
    }
  `);
});
