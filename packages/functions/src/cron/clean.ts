import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Clean from "@travel-conductor/core/clean";

/** Once a day: deletes what has outlived its retention. A repeated tick does no harm. */
export const handler = async () => Clean.run(productNow(), { real: realNow() });
