import * as v from "valibot";
import { sql } from "../base/db.ts";
import { isSimulated } from "../flight.ts";
import * as Forecast from "../forecast.ts";

const count = v.pipe(v.number(), v.integer());
const share = v.nullable(v.number());

/** How many days the figures reach back, today (UTC) with them. */
const days = 90;
/** The least number of judged answers from which a figure is told. */
const fewest = 30;

/**
 * Of the answers and abstentions of 90 days from one source. `judged` are the answers whose outcome is known. `hitRate` is
 * the part of them that named the likelier side; `brier` the mean square of the difference between what was said and what
 * came, lower is better, and `baseBrier` the same of the base rate: null under 30. `calibration`: by tenth of what was
 * said, the mean of it and the part that came.
 */
const Source = v.object({
  source: v.string(),
  simulated: v.boolean(),
  answered: count,
  abstained: v.array(v.object({ why: v.picklist(Forecast.reasons), number: count })),
  judged: count,
  hitRate: share,
  brier: share,
  baseBrier: share,
  calibration: v.array(
    v.object({ from: v.number(), to: v.number(), said: v.number(), came: v.number(), number: count }),
  ),
});
export const Forecasts = v.object({ days: count, items: v.array(Source) });
type Forecasts = v.InferOutput<typeof Forecasts>;

/** Rows of one source that were silent for one reason, or said one tenth, and are judged or not. */
export type ForecastRow = {
  source: string;
  why: Forecast.Reason | null;
  judged: boolean;
  tenth: number | null;
  number: number;
  said: number;
  came: number;
  hits: number;
  squares: number;
  baseSquares: number;
};

export function selectForecasts(at: Date) {
  return sql`
    select said.source,
           said.why,
           said.came is not null as judged,
           said.tenth,
           count(*)::float8 as number,
           coalesce(sum(said.probability), 0) as said,
           coalesce(sum(said.came), 0)::float8 as came,
           count(*) filter (where (said.probability >= 0.5) = (said.came = 1))::float8 as hits,
           coalesce(sum((said.probability - said.came) ^ 2), 0) as squares,
           coalesce(sum((said.base_rate - said.came) ^ 2), 0) as "baseSquares"
      from (
             select forecasts.source,
                    forecasts.why,
                    forecasts.probability,
                    forecasts.base_rate,
                    case forecasts.outcome when 'cheaper' then 1 when 'not cheaper' then 0 end as came,
                    -- What was said is whole hundredths.
                    least(9, round(forecasts.probability * 100)::int / 10) as tenth
               from forecasts
              where forecasts.day > (${at}::timestamptz at time zone 'utc')::date - ${days}::int
                and forecasts.day <= (${at}::timestamptz at time zone 'utc')::date
           ) as said
     group by said.source,
              said.why,
              said.came is not null,
              said.tenth
     order by said.source,
              said.tenth`;
}

export function toForecasts(rows: ForecastRow[]): Forecasts {
  const sources = [...new Set(rows.map(({ source }) => source))];
  return {
    days,
    items: sources.map((source) =>
      toItem(
        source,
        rows.filter((row) => row.source === source),
      ),
    ),
  };
}

function toItem(source: string, rows: ForecastRow[]): Forecasts["items"][number] {
  const answers = rows.filter(({ why }) => why === null);
  const judged = answers.filter((row) => row.judged);
  const sum = (of: ForecastRow[], key: "number" | "hits" | "squares" | "baseSquares") =>
    of.reduce((total, row) => total + row[key], 0);
  const number = sum(judged, "number");
  const rate = (key: "hits" | "squares" | "baseSquares") => (number < fewest ? null : sum(judged, key) / number);
  return {
    source,
    simulated: isSimulated(source),
    answered: sum(answers, "number"),
    abstained: Forecast.reasons.flatMap((why) => {
      const silent = sum(
        rows.filter((row) => row.why === why),
        "number",
      );
      return silent > 0 ? [{ why, number: silent }] : [];
    }),
    judged: number,
    hitRate: rate("hits"),
    brier: rate("squares"),
    baseBrier: rate("baseSquares"),
    calibration: judged.map(({ tenth, said, came, number }) => ({
      from: tenth! / 10,
      to: (tenth! + 1) / 10,
      said: said / number,
      came: came / number,
      number,
    })),
  };
}
