import { sql } from "../db.ts";

/** First in a transaction: those that write searches down, or move them, do so one after another. */
export const turns = sql`select pg_advisory_xact_lock(hashtext('search_analytics'))`;
