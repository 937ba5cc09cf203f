import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import type { TestProject } from "vitest/node";
import { notDurable, startPostgres } from "../postgres.ts";
import { buildWeb } from "../web.ts";
import { reportOf, search } from "./canaries.ts";
import { findChromium } from "./chromium.ts";

/**
 * Runs once for all test files: starts a Postgres that may lose data, and creates the template of every test's
 * database. Builds the web client, so that no two files do. At the end, fails the run if the product's output held
 * personal data or a secret (canaries.ts).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!findChromium()) {
    console.warn("SKIPPED: no test runs in a browser, because no Chromium was found; CHROMIUM_PATH says where one is.");
  }
  // What is wrong with it is told by the tests that need it.
  await buildWeb().catch(() => undefined);
  // Tests compare plans and counts of read rows, which a run of autovacuum between two of them would change.
  const settings = { ...notDurable, max_connections: "300", autovacuum: "off" };
  const postgres = await startPostgres({ settings });
  try {
    await migrate(postgres.url);
    await seed(postgres.url);
    project.provide("template", postgres.url);
    const output = mkdtempSync(join(tmpdir(), "travel-conductor-output-"));
    project.provide("output", output);
    return async () => {
      const report = reportOf(search(output));
      rmSync(output, { recursive: true, force: true });
      if (report !== undefined) {
        console.error(report);
        process.exitCode = 1;
      }
      await postgres.stop();
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
