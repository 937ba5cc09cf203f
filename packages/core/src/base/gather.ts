import { env } from "./env.ts";

/** How long work that can wait is gathered (ms), so that a serverless Postgres sleeps between. */
export const gatherMs = (): number => env.GATHER_MINUTES * 60_000;
