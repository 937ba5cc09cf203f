import { realNow } from "@travel-conductor/core/base/time";
import * as Privacy from "@travel-conductor/core/privacy";

/** Every tick: prepares the requested exports. A repeated tick does no harm. */
export const handler = async () => Privacy.prepareExports(realNow());
