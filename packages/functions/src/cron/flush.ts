import * as Analytics from "@travel-conductor/core/analytics";

/** Every tick: writes the noted searches to Postgres. A repeated tick does no harm. */
export const handler = async () => Analytics.flush(new Date());
