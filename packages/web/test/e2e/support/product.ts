import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { keepLog } from "@travel-conductor/local/testing/output";

const boot = fileURLToPath(new URL("../../../../local/boot.mjs", import.meta.url));

export type Product = { url: string; stop: () => Promise<void> };

/** Runs the product as `npm start` does, on a free port, in an environment with nothing else than `more`. */
export async function startProduct(more: Record<string, string>, options: string[] = ["--bare"]): Promise<Product> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, PORT: "0", FLIGHT_PROVIDER: "simulator", ...more };
  const child = spawn(process.execPath, [boot, "start", ...options], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const end = () => child.kill("SIGINT");
  process.once("exit", end);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  while (!output.includes("Ctrl-C stops everything.")) {
    if (child.exitCode !== null) throw new Error(`The product did not start:\n${output}`);
    await Promise.race([once(child.stdout, "data"), ended]);
  }
  return {
    url: /API +(\S+)/.exec(output)![1]!,
    stop: async () => {
      process.off("exit", end);
      end();
      await ended;
      keepLog(output);
    },
  };
}
