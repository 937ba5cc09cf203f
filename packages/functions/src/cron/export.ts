import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Privacy from "@travel-conductor/core/privacy";

/** Every tick: prepares the requested exports. A repeated tick does no harm. */
export const handler = async () => {
  const report = await Privacy.prepareExports(realNow());
  await Outbox.wakeAfter(productNow());
  return report;
};
