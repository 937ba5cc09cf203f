import { isAwake } from "@travel-conductor/core/base/due";
import { gatherMs } from "@travel-conductor/core/base/gather";
import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Flight from "@travel-conductor/core/flight";

/**
 * Every tick: persists how often providers were called, at once while Postgres is awake, else when that has waited for
 * half an hour. A repeated tick does no harm.
 */
export const handler = traced(async () => Flight.persistCounts(productNow(), (await isAwake()) ? 1 : gatherMs()));
