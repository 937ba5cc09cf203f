import * as Analytics from "@travel-conductor/core/analytics";

/** Every tick of the clock: writes down the searches that were noted. A tick delivered twice does no harm. */
export const handler = async () => Analytics.flush(new Date());
