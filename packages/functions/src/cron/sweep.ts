import * as Sweep from "@travel-conductor/core/sweep";

/** Every tick of the clock: prices what is due and tells whom it concerns. A tick delivered twice does no harm. */
export const handler = async () => Sweep.run(new Date());
