import { lazy } from "./base/lazy.ts";

export { Item, type Kind, kinds, Query, Result, Segment } from "./search/schema.ts";

/**
 * Searches places, published texts and pages of help, and the watches, bookings and alerts of `userId`, if there is one,
 * for the places that the words name; bookings only with `bookings`, which neither a key nor a session without the
 * required second factor may see. Takes one request to Postgres, and none where only places are asked for.
 * @throws ValiError
 */
export const find = lazy(async () => (await import("./search/find.ts")).find);

/** Chooses the texts in front and counts the words again. Safe to repeat, and for several to run at once. */
export const maintain = lazy(async () => (await import("./search/maintain.ts")).maintain);
