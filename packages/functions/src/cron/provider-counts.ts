import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Flight from "@travel-conductor/core/flight";

/** Every tick: persists how often providers were called, at the next full or half hour. A repeated tick does no harm. */
export const handler = traced(async () => Flight.persistCounts(productNow(), "gathered"));
