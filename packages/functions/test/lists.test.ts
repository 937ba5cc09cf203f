import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations, type Schema } from "./support/document.ts";
import { request } from "./support/requests.ts";

/** The schemas of the lists that a field may hold. */
function listsOf(schema: Schema & { maxItems?: number }): { maxItems?: number }[] {
  return [...(schema.type === "array" ? [schema] : []), ...(schema.anyOf ?? []).flatMap(listsOf)];
}

const listed = operations.flatMap(({ key, method, body }) =>
  Object.entries(body?.properties ?? {}).flatMap(([field, schema]) => {
    const lists = listsOf(schema);
    return lists.length > 0 ? [{ key, method, field, lists }] : [];
  }),
);

test("there are lists in bodies", () => {
  expect(listed.length).toBeGreaterThan(5);
});

describe.each(listed)("$field of $key", ({ key, method, field, lists }) => {
  test("states the most items that it takes", () => {
    for (const { maxItems } of lists) expect(maxItems).toBeLessThanOrEqual(100);
  });

  test("is refused with one fault for a body full of items of another kind", async () => {
    const { path, body, ...asked } = await request(key);
    for (const item of [0, "", {}]) {
      // As many as a body of 256 KB holds, and at most 60,000.
      const length = Math.min(60_000, Math.floor(255_000 / (JSON.stringify(item).length + 1)));
      const items = Array.from({ length }, () => item);
      const sent = { ...asked, body: { ...(body as object), [field]: items } };
      const refused = await a.read(await a.call(method, path, sent), 422);
      expect(refused.errors, JSON.stringify(item)).toMatchObject([
        { pointer: `/${field}`, detail: expect.any(String) },
      ]);
    }
  });
});

describe.each(operations.filter(({ body }) => body))("$key", ({ key, method }) => {
  test("is refused with a hundred faults at most for 10,000 fields of other names", async () => {
    const { path, body, ...asked } = await request(key);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`field${n}`, n]));
    const refused = await a.read(await a.call(method, path, { ...asked, body: { ...(body as object), ...many } }), 422);
    expect(refused.errors.length).toBeGreaterThan(0);
    expect(refused.errors.length).toBeLessThanOrEqual(100);
  });
});
