import { expect, test } from "vitest";
import { fittedTo, readDraft } from "../../src/book/draft.ts";

test("flights that must be paid at once are not held, and how they are paid is asked again", () => {
  const draft = { ...readDraft("ofr_1", "100.50"), hold: true, step: 3 };
  const payBy = "2027-01-02T10:00:00Z";
  const payment = { instant: false, payBy, priceUntil: null };
  expect(fittedTo(payment, draft)).toBe(draft);
  expect(fittedTo({ ...payment, instant: true }, draft)).toEqual({ ...draft, hold: false, step: 2 });
  expect(fittedTo({ ...payment, payBy: null }, { ...draft, step: 1 })).toMatchObject({ hold: false, step: 1 });
});
