/** The version of the terms that hold now: the day since when (packages/web/src/legal). */
export const currentTerms = "2026-11-01";
