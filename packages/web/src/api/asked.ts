import type { Filters, Journey } from "../data/flights.ts";
import type { Query } from "./address.ts";

// What screens ask for first, in a file without imports: the page asks by it before the client has come (src/first.ts).

export const flightsQuery = (journey: Journey, filters: Filters): Query => ({ ...journey, ...filters, limit: 20 });

export const watchesQuery = (state: string): Query => ({ limit: 25, ...(state === "all" ? {} : { state }) });

export const historyQuery: Query = { resolution: "day", limit: 100 };
