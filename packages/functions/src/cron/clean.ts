import * as Clean from "@travel-conductor/core/clean";

/** Once a day: deletes what has outlived its retention. A repeated tick does no harm. */
export const handler = async () => Clean.run(new Date());
