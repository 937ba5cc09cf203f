import * as v from "valibot";
import { sql } from "../base/db.ts";
import * as Operator from "../operator.ts";

/** Days (UTC) up to the current one. */
export const TrafficQuery = v.strictObject({
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(92)), 30),
});
export type TrafficQuery = v.InferInput<typeof TrafficQuery>;

const Counts = v.record(v.string(), v.number());

/**
 * The searches of a day (UTC) and the offers they found, by freshness, status and provider; `unknown` where nothing was
 * stored to tell. `hitRate` is the share (0–1) of searches answered without waiting for a provider, among those for
 * which it is known.
 */
const Day = v.object({
  day: v.string(),
  searches: v.number(),
  results: v.number(),
  hitRate: v.nullable(v.number()),
  freshness: Counts,
  status: Counts,
  providers: Counts,
});
export const Traffic = v.object({ items: v.array(Day) });
export type Traffic = v.InferOutput<typeof Traffic>;

/**
 * Lists how many searches there were and how they were answered, for an operator: newest day first, days without
 * searches left out.
 * @throws ValiError, Problem `operator.required`
 */
export async function traffic(userId: string, query: TrafficQuery, at: Date): Promise<Traffic> {
  const { days } = v.parse(TrafficQuery, query);
  const rows = await Operator.queryAsOperator<Row>(
    userId,
    (allowed) => sql`
      select search_days.day::text,
             search_days.searches::float8,
             search_days.results::float8,
             search_days.freshness,
             search_days.status,
             search_days.provider as providers
        from search_days
       where ${allowed}
         and search_days.day > (${at}::timestamptz at time zone 'utc')::date - ${days}::int
         and search_days.day <= (${at}::timestamptz at time zone 'utc')::date
       order by search_days.day desc`,
  );
  const there = [...new Set(rows.map(({ day }) => day))];
  return {
    items: there.map((day) =>
      toDay(
        day,
        rows.filter((row) => row.day === day),
      ),
    ),
  };
}

type Row = Record<"day" | "freshness" | "status" | "providers", string> & Record<"searches" | "results", number>;

function toDay(day: string, cells: Row[]): v.InferOutput<typeof Day> {
  const total = (name: "searches" | "results") => cells.reduce((sum, cell) => sum + cell[name], 0);
  const by = (name: "freshness" | "status" | "providers") => {
    const counts: Record<string, number> = {};
    for (const cell of cells) {
      const key = cell[name] || "unknown";
      counts[key] = (counts[key] ?? 0) + cell.searches;
    }
    return counts;
  };
  const freshness = by("freshness");
  const { cached = 0, stale = 0, fresh = 0 } = freshness;
  const known = cached + stale + fresh;
  const hitRate = known === 0 ? null : Math.round((1_000 * (cached + stale)) / known) / 1_000;
  return {
    day,
    searches: total("searches"),
    results: total("results"),
    hitRate,
    freshness,
    status: by("status"),
    providers: by("providers"),
  };
}
