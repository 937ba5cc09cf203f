import { lazy } from "./base/lazy.ts";

export { Query, type Reason, Result, reasons } from "./forecast/schema.ts";

/** Loaded at the first call, so that the API starts without their SQL. */
export const ask = lazy(async () => (await import("./forecast/ask.ts")).ask);
export const forWatch = lazy(async () => (await import("./forecast/ask.ts")).forWatch);
export const judge = lazy(async () => (await import("./forecast/judge.ts")).judge);
