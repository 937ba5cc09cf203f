import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "../../src/base/id.ts";
import { decodeCursor, toPage } from "../../src/base/page.ts";

const key = (row: { id: string }) => row.id;

test("a row beyond the limit gives a cursor, and the cursor decodes to the last row's key", () => {
  const rows = [1, 2, 3].map((n) => ({ id: newId("alr"), n }));
  const { items, nextCursor } = toPage(rows, 2, key);
  expect(items).toEqual(rows.slice(0, 2));
  expect(decodeCursor(nextCursor)).toBe(rows[1]?.id);
});

test("the last page has no next cursor", () => {
  const rows = [{ id: newId("alr") }];
  expect(toPage(rows, 1, key)).toEqual({ items: rows, nextCursor: null });
  expect(toPage([], 1, key)).toEqual({ items: [], nextCursor: null });
  expect(decodeCursor(null)).toBeNull();
  expect(decodeCursor(undefined)).toBeNull();
});

test("a cursor that no list gave is refused at its field", () => {
  const fault = expect.objectContaining({
    kind: "input",
    code: "page.cursor",
    errors: [expect.objectContaining({ pointer: "#cursor" })],
  });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(fault);
    }),
  );
  const made = toPage([{ id: newId("alr") }, { id: newId("alr") }], 1, key).nextCursor;
  expect(() => decodeCursor(`${made}=`)).toThrow(fault);
  expect(() => decodeCursor(Buffer.from("2027-03-01").toString("base64url"))).toThrow(fault);
  expect(decodeCursor(Buffer.from("2027-03-01").toString("base64url"), /^\d{4}-\d\d-\d\d$/)).toBe("2027-03-01");
});
