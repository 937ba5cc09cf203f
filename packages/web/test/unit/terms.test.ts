import { currentTerms } from "@travel-conductor/core/booking";
import { expect, test } from "vitest";
import { termsVersion } from "../../src/legal/version.ts";

test("the terms that are shown are those that a booking accepts", () => {
  expect(termsVersion).toBe(currentTerms);
});
