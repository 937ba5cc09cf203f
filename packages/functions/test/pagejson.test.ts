import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pageJson } from "../src/api/pagejson.ts";

const page = fc.record({ items: fc.array(fc.jsonValue()) }).chain(({ items }) =>
  fc
    .dictionary(
      fc.string().filter((name) => name !== "items"),
      fc.jsonValue(),
    )
    .map((rest) => ({ ...rest, items })),
);

test("a page's JSON is that of the whole page, also when its items were sent before", () => {
  fc.assert(
    fc.property(page, (given) => {
      expect(pageJson(given)).toBe(JSON.stringify(given));
      const { items, ...rest } = given;
      expect(pageJson({ ...rest, items })).toBe(JSON.stringify(given));
    }),
  );
});
