import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { requestId } from "./trace.ts";

/** Writes the id of the request into each line. */
class Formatter extends LogFormatter {
  override formatAttributes({ logLevel, message, timestamp, serviceName }: UnformattedAttributes, more: LogAttributes) {
    const attributes = {
      level: logLevel,
      message,
      timestamp: this.formatTimestamp(timestamp),
      service: serviceName,
      requestId: requestId(),
    };
    return new LogItem({ attributes }).addAttributes(more);
  }
}

/**
 * Writes one JSON line to standard output, which CloudWatch reads. Never log an address, a name, a token or a query's
 * parameters: only ids, counts, durations (ms) and codes.
 */
export const logger = new Logger({ serviceName: "travel-conductor", logFormatter: new Formatter() });

/** The loggable part of an unexpected error: its name, its code and where it arose, without the values in its text. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = "code" in error ? error.code : undefined;
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return { name: error.name, code, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
