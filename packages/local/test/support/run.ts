import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach } from "vitest";
import { keepLog } from "../../src/testing/output.ts";

const boot = fileURLToPath(new URL("../../boot.mjs", import.meta.url));
/** The folder of this test file's data; runs that a test leaves behind are killed. */
export const dir = await mkdtemp(join(tmpdir(), "travel-conductor-"));
await chmod(dir, 0o755);
const children: Run[] = [];

afterEach(async () => {
  for (const { child, output } of children.splice(0)) {
    await ended(child, "SIGKILL");
    keepLog(output());
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

export type Run = { child: ChildProcess; output: () => string };

/** The environment of a run: it contains nothing of this test's own servers or of a developer's .env. */
export function environmentOf(more: Record<string, string> = {}): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, DATA_DIR: dir, PORT: "0", DATABASE_URL: "", REDIS_URL: "", ...more };
}

/** Runs boot.mjs. */
export function run(args: string[], environment: Record<string, string> = {}): Run {
  return watched(spawn(process.execPath, [boot, ...args], { env: environmentOf(environment) }));
}

/** Gathers the output of a process, and kills it after the test. */
export function watched(child: ChildProcess): Run {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  const run = { child, output: () => output };
  children.push(run);
  return run;
}

/** Returns the exit code, after it has sent `signal` if there is one. */
export async function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  if (signal) child.kill(signal);
  return (await exit)[0];
}

/** Returns the addresses that a run prints when it is up. */
export async function up({ child, output }: Run): Promise<{ api: string; database: string }> {
  while (!output().includes("Ctrl-C stops everything.")) {
    if (child.exitCode !== null) throw new Error(output());
    await Promise.race([once(child.stdout!, "data"), once(child, "exit")]);
  }
  return { api: /API +(\S+)/.exec(output())![1]!, database: /Postgres +(\S+)/.exec(output())![1]! };
}

export async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(text).finally(() => client.end());
}
