import { lazy } from "./base/lazy.ts";

export { GridQuery, GridResult } from "./calendar/grid.schema.ts";
export { Day, Query, Result } from "./calendar/schema.ts";

/** See `calendar/month.ts` and `calendar/grid.ts`: loaded at their first call, because the API starts without them. */
export const month = lazy(async () => (await import("./calendar/month.ts")).month);
export const grid = lazy(async () => (await import("./calendar/grid.ts")).grid);
