import { vi } from "vitest";
import { env } from "../../src/base/env.ts";

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
