import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { index } from "../../src/airport/index.ts";
import { mostWords } from "../../src/airport/search.ts";
import { distance, similarTo } from "../../src/airport/similar.ts";
import * as Airport from "../../src/airport.ts";

/** The number of mistakes by the textbook, without bounds. */
function plain(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, row) => [row] as number[]);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 1; column <= other.length; column++) (rows[0] as number[])[column] = column;
  for (let row = 1; row <= one.length; row++)
    for (let column = 1; column <= other.length; column++) {
      const wrong = one[row - 1] === other[column - 1] ? 0 : 1;
      const turned = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const costs = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + wrong];
      (rows[row] as number[])[column] = Math.min(...costs, ...(turned ? [at(row - 2, column - 2) + 1] : []));
    }
  return at(one.length, other.length);
}

const words = fc.string({ unit: fc.constantFrom("a", "b", "c", "d"), maxLength: 12 });

describe("distance", () => {
  test("is that of the textbook up to its bound, and more than the bound beyond it", () => {
    fc.assert(
      fc.property(words, words, fc.integer({ min: 0, max: 3 }), (one, other, most) => {
        expect(distance(one, other, most)).toBe(Math.min(plain(one, other), most + 1));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("similarTo", () => {
  test("finds the same words as comparing with each of them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(words, { minLength: 1, maxLength: 30 }), words, (known, wanted) => {
        const most = wanted.length > 7 ? 2 : wanted.length > 3 ? 1 : 0;
        const fits = (word: string) => word.startsWith(wanted) || plain(word, wanted) <= most;
        const { found } = similarTo(known.map((word) => ({ word, of: word, weight: 1 }))).find([wanted]);
        expect([...found.keys()].sort()).toEqual(known.filter((word) => word !== "" && fits(word)).sort());
      }),
      { numRuns: 1000 },
    );
  });

  test("compares few words with the worst texts", async () => {
    const { similar } = await index();
    for (const text of worst) {
      const asked = text.split(" ");
      expect(asked.length).toBeLessThanOrEqual(mostWords);
      expect(similar.find(asked).comparisons).toBeLessThan(2_000 * asked.length);
    }
  });
});

const worst = [
  "internationel internatioanl interntional intrnational inernational internatonal",
  "internasional constantinopel petropavlovks yekaterinburk gothenborgh thiruvanantapuram",
  "santigao aeropuetro guadelajara valparaizo barcelonna marsaille",
  "marianas marinass marianna maranais mariansa ariannas",
  "a".repeat(99),
];

test("words after the sixth change nothing", async () => {
  const six = "santiago de chile arturo merino benitez";
  const codes = async (q: string) => (await Airport.search({ q })).items.map(({ code }) => code);
  expect(six.split(" ")).toHaveLength(mostWords);
  expect(await codes(`${six} qqqqqq zzzzzzzz xxxxxxxx`)).toEqual(await codes(six));
  expect((await codes(six))[0]).toBe("SCL");
});
