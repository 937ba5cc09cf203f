import { lazy } from "./base/lazy.ts";

export { Info } from "./overview/schema.ts";

/** Loaded at its first call, so that the API starts without it. */
export const get = lazy(async () => (await import("./overview/get.ts")).get);
