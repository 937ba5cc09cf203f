import * as Privacy from "@travel-conductor/core/privacy";

/** Every tick of the clock: prepares the exports that people asked for. A tick delivered twice does no harm. */
export const handler = async () => Privacy.prepareExports(new Date());
