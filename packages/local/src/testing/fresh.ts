import { vi } from "vitest";

/**
 * Runs before each test file, and before testing.ts. A worker runs many files, which saves it to load the libraries
 * again; of the product and its environment each file gets its own: its modules are evaluated anew, and variables that
 * an earlier file set are gone.
 */
vi.useRealTimers();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
const start = globalThis as { environmentAtStart?: NodeJS.ProcessEnv };
start.environmentAtStart ??= { ...process.env };
for (const name of Object.keys(process.env)) if (!(name in start.environmentAtStart)) delete process.env[name];
Object.assign(process.env, start.environmentAtStart);
vi.resetModules();
