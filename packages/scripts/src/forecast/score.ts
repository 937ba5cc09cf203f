import type { Said } from "./walk.ts";

/**
 * How good what was said was. `brier` is the mean square of the difference between the probability and what came, lower is
 * better; `baseBrier` the same for the base rate; `better` the part by which the first is below the second. `calibration`:
 * by tenth of the probability the mean of what was said, the part that came, and the number.
 */
export type Score = {
  answered: number;
  abstained: Record<string, number>;
  hitRate: number;
  brier: number;
  baseBrier: number;
  better: number;
  calibration: { from: number; to: number; said: number; came: number; number: number }[];
};

export function score(all: Said[]): Score {
  const said = all.flatMap(({ probability, baseRate, came, ...rest }) =>
    probability === null || baseRate === null || came === null ? [] : [{ ...rest, probability, baseRate, came }],
  );
  const abstained: Record<string, number> = {};
  for (const { why } of all) if (why !== null) abstained[why] = (abstained[why] ?? 0) + 1;
  const brier = mean(said.map(({ probability, came }) => (probability - came) ** 2));
  const baseBrier = mean(said.map(({ baseRate, came }) => (baseRate - came) ** 2));
  return {
    answered: said.length,
    abstained,
    hitRate: mean(said.map(({ probability, came }) => (probability >= 0.5 === (came === 1) ? 1 : 0))),
    brier,
    baseBrier,
    better: 1 - brier / baseBrier,
    calibration: Array.from({ length: 10 }, (_, tenth) => {
      const within = said.filter(
        ({ probability }) => Math.min(9, Math.floor(Math.round(100 * probability) / 10)) === tenth,
      );
      return {
        from: tenth / 10,
        to: (tenth + 1) / 10,
        said: mean(within.map(({ probability }) => probability)),
        came: mean(within.map(({ came }) => came)),
        number: within.length,
      };
    }).filter(({ number }) => number > 0),
  };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
