import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const readme = readFileSync(new URL("../../../../README.md", import.meta.url), "utf8");

/** The commands of the first block under a heading of the README. */
export function commandsUnder(heading: string): string {
  const found = new RegExp(`^#+ ${heading}$[^]*?^\`\`\`sh\\n([^]*?)^\`\`\``, "m").exec(readme)?.[1];
  if (!found) throw new Error(`The README has no commands under ${heading}`);
  return found;
}

/** Runs commands in a shell as a reader would, at this port. Returns the lines that they print. */
export async function shell(port: string, ...commands: string[]): Promise<string[]> {
  const env = { ...process.env, PORT: port };
  const { stdout } = await promisify(execFile)("bash", ["-ec", commands.join("\n")], { env, maxBuffer: 1e7 });
  return stdout.trimEnd().split("\n");
}
