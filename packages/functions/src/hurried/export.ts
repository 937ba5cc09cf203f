import { hints, look } from "@travel-conductor/core/base/due";
import { hurried } from "@travel-conductor/core/base/hurry";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Privacy from "@travel-conductor/core/privacy";

/** Prepares the exports that were requested. A call that comes twice or about nothing does no harm. */
export const handler = hurried(async () => {
  const at = productNow();
  const report = await look(hints.exports, at, () => Privacy.prepareExports(realNow()), Privacy.nextExport);
  await Outbox.wakeAfter(at);
  return report;
});
