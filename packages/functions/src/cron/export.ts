import { hints, whenDue } from "@travel-conductor/core/base/due";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Privacy from "@travel-conductor/core/privacy";

/**
 * Every tick: prepares the requested exports that no message of the queue had prepared. While none waits Postgres is not
 * asked. A repeated tick does no harm.
 */
export const handler = traced(async () => {
  const at = productNow();
  const report = await whenDue(hints.exports, at, () => Privacy.prepareExports(realNow()), Privacy.nextExport);
  await Outbox.wakeAfter(at);
  return report ?? { exports: 0 };
});
