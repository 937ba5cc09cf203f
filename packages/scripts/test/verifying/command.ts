import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Runs a command of package.json; never throws. */
export async function run(name: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ["packages/local/boot.mjs", "--all", "script", `packages/scripts/src/${name}.ts`, ...args];
  const ran = promisify(execFile)(process.execPath, command, { cwd: root });
  return ran.then(
    (output) => ({ code: 0, ...output }),
    (error) => error,
  );
}
