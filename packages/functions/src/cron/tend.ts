import * as Analytics from "@travel-conductor/core/analytics";

/** Once an hour: makes and drops months of searches, and counts what they led to. A tick delivered twice does no harm. */
export const handler = async () => Analytics.tend(new Date());
