import fc from "fast-check";
import { test } from "vitest";
import { runHistory } from "../support/model/run.ts";
import { histories } from "../support/model/steps.ts";

/**
 * Whatever people do and whatever goes wrong on the way, the product ends where one patient reader of the rules does,
 * who has every observation on paper and does one thing at a time.
 */

/** Histories a test; set it high to look for longer. */
const numRuns = Number(process.env.MODEL_RUNS ?? 6);

test.each([
  ["cannot confirm", false],
  ["can confirm", true],
])(
  "with a provider that %s, sweeps that overlap, fail and are killed end as a sequential model of the rules",
  async (_, confirms) => {
    const property = fc.asyncProperty(histories, (steps) => runHistory(steps, confirms));
    await fc.assert(property, { numRuns, endOnFailure: true });
  },
  numRuns * 20_000,
);
