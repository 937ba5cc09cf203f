import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Refused, run } from "./command.ts";
import { requireAccount, root, stageOf } from "./deploy/stage.ts";
import { assemblyOfSst, deploy, testedFile } from "./deploy/steps.ts";

/** Runs SST in the root of the clone; Ctrl-C reaches it without help. */
async function sst(args: string[], environment: Record<string, string> = {}): Promise<number> {
  const env = { ...process.env, ...environment };
  const child = spawn(join(root, "node_modules/.bin/sst"), args, { cwd: root, env, stdio: "inherit" });
  process.on("SIGINT", () => undefined).on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 130;
}

// `npm run dev`, `deploy` and `remove`: what they need is said before SST starts.
await run(async ([command = "", ...args]) => {
  const { name } = stageOf(command, args);
  requireAccount();
  if (command === "deploy") return deploy(args, { sst, say: console.log, assembly: assemblyOfSst, tested: testedFile });
  if (command === "dev" && name === "production") throw new Refused("The stage production is not for development.");
  if (command === "dev" || command === "remove") return sst([command, ...args]);
  throw new Refused("Use: npm run dev|deploy|remove -- --stage <name>");
});
