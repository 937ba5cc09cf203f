import * as Clean from "@travel-conductor/core/clean";

/** Once a day: removes what is kept no longer. A tick delivered twice does no harm. */
export const handler = async () => Clean.run(new Date());
