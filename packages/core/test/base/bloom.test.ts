import fc from "fast-check";
import { expect, test } from "vitest";
import { create, has } from "../../src/base/bloom.ts";

test("contains every text that was put in", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (texts) => {
      const filter = create(texts);
      expect(texts.filter((text) => !has(filter, text))).toEqual([]);
    }),
  );
});

test("contains about one in 10,000 of the texts that were not put in", () => {
  const filter = create(Array.from({ length: 20_000 }, (_, index) => `in ${index}`));
  const wrong = Array.from({ length: 100_000 }, (_, index) => `out ${index}`).filter((text) => has(filter, text));
  expect(wrong.length).toBeLessThan(30);
  expect(filter.byteLength).toBe(48_000);
});
