import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** One Postgres for all test files, and for each file its own database, Redis and gateways: see src/testing.ts. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["packages/*/test/**/*.test.ts", "stacks/test/**/*.test.ts"],
    globalSetup: fileURLToPath(new URL("src/testing/global.ts", import.meta.url)),
    setupFiles: fileURLToPath(new URL("src/testing.ts", import.meta.url)),
    pool: "forks",
    // The default leaves one core idle, and the tests spend much of their time waiting for answers that are slow on
    // purpose.
    maxWorkers: 2,
    silent: "passed-only",
    testTimeout: 30_000 * Number(process.env.FUZZ ?? 1),
    hookTimeout: 60_000,
  },
});
