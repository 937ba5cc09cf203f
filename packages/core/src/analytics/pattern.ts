import * as v from "valibot";
import { sql } from "../base/db.ts";
import { lastWindow, minPeople, Window } from "./window.ts";

export const PatternQuery = v.strictObject({ window: v.optional(Window, "month") });
export type PatternQuery = v.InferInput<typeof PatternQuery>;

/** The share (0–1, two decimals) of searches with at least this value and below the next row's. */
const Shares = v.array(v.object({ atLeast: v.number(), share: v.number() }));

/**
 * How users search: days from the search to departure, nights away (-1 for one way), travelers. A share of fewer than
 * five searches is left out, and all are where there were fewer than a hundred.
 */
export const Patterns = v.object({
  window: Window,
  from: v.string(),
  to: v.string(),
  daysAhead: Shares,
  nights: Shares,
  travellers: Shares,
});
export type Patterns = v.InferOutput<typeof Patterns>;

const minSearches = 100;

/** Over all routes, in the last whole window before `at`: reads a few rows per day. */
export async function patterns(query: PatternQuery, at: Date): Promise<Patterns> {
  const { window } = v.parse(PatternQuery, query);
  const { from, to } = lastWindow(window, at);
  const rows = (await sql`
    select search_patterns.pattern,
           search_patterns.at_least as "atLeast",
           sum(search_patterns.searches)::float8 as searches
      from search_patterns
     where search_patterns.day between ${from}::date and ${to}::date
     group by search_patterns.pattern, search_patterns.at_least
     order by search_patterns.pattern, search_patterns.at_least`) as Row[];
  const shares = (pattern: string) => {
    const all = rows.filter((row) => row.pattern === pattern);
    const total = all.reduce((sum, { searches }) => sum + searches, 0);
    if (total < minSearches) return [];
    const shown = all.filter(({ searches }) => searches >= minPeople);
    return shown.map(({ atLeast, searches }) => ({ atLeast, share: Math.round((100 * searches) / total) / 100 }));
  };
  return { window, from, to, daysAhead: shares("ahead"), nights: shares("stay"), travellers: shares("party") };
}

type Row = { pattern: string; atLeast: number; searches: number };
