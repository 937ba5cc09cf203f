import { lazy } from "./base/lazy.ts";

export { Create, Info, Query, Update } from "./tip/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const create = lazy(async () => (await import("./tip/written.ts")).create);
export const update = lazy(async () => (await import("./tip/written.ts")).update);
export const list = lazy(async () => (await import("./tip/written.ts")).list);
