import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** One Postgres for all test files, and for each file its own database, Redis and gateways: see src/testing.ts. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["packages/*/test/**/*.test.ts", "stacks/test/**/*.test.ts"],
    globalSetup: fileURLToPath(new URL("src/testing/global.ts", import.meta.url)),
    setupFiles: ["src/testing/fresh.ts", "src/testing.ts"].map((file) => fileURLToPath(new URL(file, import.meta.url))),
    sequence: { setupFiles: "list" },
    pool: "forks",
    isolate: false,
    // One more than the cores of the machines it is made for: many tests wait for answers that are slow on purpose, or
    // for a product to start.
    maxWorkers: 3,
    silent: "passed-only",
    // What comes at once on a quiet machine may take seconds beside other tests.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 30_000 * Number(process.env.FUZZ ?? 1),
    hookTimeout: 60_000,
  },
});
