import type { Query } from "./address.ts";

// What screens ask for first, in a file of its own: the page asks by it before the client has come (src/first.ts).

export const flightsQuery = (journey: Query, filters: Query): Query => ({ ...journey, ...filters, limit: 20 });

export const watchesQuery = (state: string): Query => ({ limit: 25, ...(state === "all" ? {} : { state }) });

/** The watches that the home shows. */
export const yoursQuery: Query = { limit: 3 };
