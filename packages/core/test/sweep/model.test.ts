import fc from "fast-check";
import { test } from "vitest";
import { runHistory } from "../support/model/run.ts";
import { histories } from "../support/model/steps.ts";
import { runs } from "../support/runs.ts";

/**
 * Whatever users do and whatever fails, the product must end in the state of a sequential model of the rules, which
 * keeps every observation and does one thing at a time.
 */

/** Histories per test. */
const numRuns = runs(6);

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
