import { lazy } from "./base/lazy.ts";

export { countsOf, forget, isOf, of, type Source } from "./moved/rows.ts";
export { ImportRun, Imports, List, Mine, Moved } from "./moved/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const mine = lazy(async () => (await import("./moved/mine.ts")).mine);
export const imports = lazy(async () => (await import("./moved/imports.ts")).imports);
