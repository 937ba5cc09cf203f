import { vi } from "vitest";
import { env } from "../../src/base/env.ts";
import { logger } from "../../src/base/log.ts";

/** The metric lines that `work` writes to the log, as it would in the cloud. */
export async function metricLines(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    env.SST_STAGE = "production";
    await work();
  } finally {
    delete env.SST_STAGE;
    write.mockRestore();
  }
  return lines.map((line) => JSON.parse(line)).filter((line) => "_aws" in line);
}

/** What `work` writes to the log and returns: with a line of its own, to show that lines arrive here. */
export async function logOf<T>(work: () => Promise<T>): Promise<{ result: T; log: string }> {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((line) => lines.push(String(line)) > 0),
  );
  try {
    const result = await work();
    logger.error("the log is read");
    return { result, log: lines.join("") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
