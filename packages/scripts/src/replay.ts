import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseOptions, prepare, UsageError, usage } from "./replay/options.ts";

/**
 * Checks the arguments, the file and the outputs within a second; then runs `replay/main.ts` on services and a database
 * of its own, whose start takes some. Returns the exit code.
 */
async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (!options) {
    console.log(usage);
    return 0;
  }
  prepare(options);
  const [boot, script] = ["../../local/boot.mjs", "./replay/main.ts"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  const child = spawn(process.execPath, [boot, "run", script, ...args], { stdio: "inherit" });
  const ignore = () => undefined;
  process.on("SIGTERM", () => child.kill("SIGTERM")).on("SIGINT", ignore);
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 130;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const help = error instanceof UsageError ? `\n\n${usage}` : "";
  console.error(`${error instanceof Error ? error.message : error}${help}`);
  return 1;
});
