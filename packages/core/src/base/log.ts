import { Logger } from "@aws-lambda-powertools/logger";

/**
 * One JSON line to standard output, which is what CloudWatch reads. Never an address, a name, a token or a query's
 * parameters: ids, counts, durations (ms), codes.
 */
export const logger = new Logger({ serviceName: "travel-conductor" });

/** What may be said of an error no caller caused: its name, its code and where it arose, without the values in its text. */
export function trace(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = "code" in error ? error.code : undefined;
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return { name: error.name, code, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
