import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process with an empty folder of its own. `born` is when it was started (by performance.now). */
export type Run = { child: ChildProcess; born: number; output: () => string; stop: () => Promise<void> };

/** Starts `node` with these arguments and an empty DATA_DIR, free of the servers and settings of this process. */
export function run(args: string[]): Run {
  const dir = mkdtempSync(join(tmpdir(), "bench-start-"));
  chmodSync(dir, 0o755);
  const { PATH = "", HOME = "" } = process.env;
  const born = performance.now();
  const child = spawn(process.execPath, args, { env: { PATH, HOME, DATA_DIR: dir, PORT: "0" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(dir, { recursive: true, force: true });
  };
  return { child, born, output: () => output, stop };
}

/** Waits until the output has this text, and returns what the first group is. */
export async function said({ child, output }: Run, text: RegExp): Promise<string> {
  for (;;) {
    const found = text.exec(output());
    if (found) return found[1] ?? found[0];
    if (child.exitCode !== null) throw new Error(output());
    await Promise.race([once(child.stdout!, "data"), once(child.stderr!, "data"), once(child, "exit")]);
  }
}
