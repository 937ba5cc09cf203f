import { lazy } from "./base/lazy.ts";

export { Info, Unsubscribe, Unsubscribed, Use } from "./link/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const preview = lazy(async () => (await import("./link/use.ts")).preview);
export const use = lazy(async () => (await import("./link/use.ts")).use);
export const unsubscribe = lazy(async () => (await import("./link/use.ts")).unsubscribe);

export { type Purpose, readLink, type Signed, signedUrl, signLink, unsubscribeHeaders } from "./link/sign.ts";
