import { env } from "./env.ts";
import { requestId } from "./trace.ts";

type Unit = "Milliseconds" | "Seconds" | "Count" | "Percent";

/**
 * In the cloud, writes one line to the log from which CloudWatch makes metrics in the namespace
 * `travel-conductor/<stage>` (embedded metric format), with the dimensions in `by`. Written by hand: the library for it
 * would be loaded at every cold start, and the logger adds fields to every line. The id of the request is in the line, and
 * no dimension.
 */
export function emit(values: Record<string, [value: number, unit: Unit]>, by: Record<string, string> = {}): void {
  if (env.SST_STAGE === undefined) return;
  const told = {
    Namespace: `travel-conductor/${env.SST_STAGE}`,
    Dimensions: [Object.keys(by)],
    Metrics: Object.entries(values).map(([Name, [, Unit]]) => ({ Name, Unit })),
  };
  const line = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [told] },
    ...by,
    requestId: requestId(),
    ...Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, value])),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
