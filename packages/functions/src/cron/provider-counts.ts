import * as Flight from "@travel-conductor/core/flight";

/** Every tick of the clock: writes down how often providers were called. A tick delivered twice does no harm. */
export const handler = async () => Flight.persistCounts(new Date());
