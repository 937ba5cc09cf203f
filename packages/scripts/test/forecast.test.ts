import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { read } from "@travel-conductor/core/replay";
import { expect, test } from "vitest";
import { score } from "../src/forecast/score.ts";
import { toDaily, walk } from "../src/forecast/walk.ts";
import { parseFile } from "../src/replay/file.ts";

/** A file that is too large for the repository. The test is skipped where it is missing. */
const file = fileURLToPath(new URL("../../../../shared/fares/stn-bgy.csv", import.meta.url));
const here = existsSync(file) ? "" : ` (skipped: ${file} is not there)`;

test.skipIf(here)(
  `on every fifth day of recorded fares that it has not seen, it beats the base rate${here}`,
  async () => {
    const records = toDaily(read(parseFile(readFileSync(file)).lines).recorded);
    const said = await walk(records, "2026-03-16", "2026-04-30", (day) => day % 5 === 0);
    const { answered, abstained, brier, baseBrier, better } = score(said);
    expect(answered).toBeGreaterThan(60);
    expect(Object.keys(abstained)).toContain("too_few_cases");
    expect(baseBrier).toBeGreaterThan(0.2);
    expect(brier).toBeLessThan(baseBrier);
    expect(better).toBeGreaterThan(0.1);
  },
);

test("a score tells an honest forecast from the base rate, tenth by tenth", () => {
  const day = { day: "2026-03-16", departureDate: "2026-07-16", why: null, cases: 300, baseRate: 0.5 };
  const said = [
    { ...day, probability: 0.8, came: 1 as const },
    { ...day, probability: 0.7, came: 1 as const },
    { ...day, probability: 1, came: 1 as const },
    { ...day, probability: 0.29, came: 0 as const },
    { ...day, why: "no_price" as const, probability: null, baseRate: null, came: null },
  ];
  expect(score(said)).toEqual({
    answered: 4,
    abstained: { no_price: 1 },
    hitRate: 1,
    brier: expect.closeTo((0.04 + 0.09 + 0.0841) / 4),
    baseBrier: 0.25,
    better: expect.closeTo(1 - (0.04 + 0.09 + 0.0841)),
    calibration: [
      { from: 0.2, to: 0.3, said: 0.29, came: 0, number: 1 },
      { from: 0.7, to: 0.8, said: 0.7, came: 1, number: 1 },
      { from: 0.8, to: 0.9, said: 0.8, came: 1, number: 1 },
      { from: 0.9, to: 1, said: 1, came: 1, number: 1 },
    ],
  });
});
