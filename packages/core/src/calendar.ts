import { lazy } from "./base/lazy.ts";

export { Day, Query, Result } from "./calendar/schema.ts";

/** See `calendar/month.ts`: loaded at its first call, because the API starts without it. */
export const month = lazy(async () => (await import("./calendar/month.ts")).month);
