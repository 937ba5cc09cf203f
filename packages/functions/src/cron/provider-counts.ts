import { productNow } from "@travel-conductor/core/base/time";
import * as Flight from "@travel-conductor/core/flight";

/** Every tick: persists how often providers were called. A repeated tick does no harm. */
export const handler = async () => Flight.persistCounts(productNow());
