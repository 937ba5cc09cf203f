import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../../../../shared/data/", import.meta.url);

/** The rows of a table of others beside the repository, without its head; undefined where it is not there. */
export function shared(file: string): string[][] | undefined {
  const path = new URL(file, folder);
  if (!existsSync(path)) {
    console.warn(`../shared/data/${file} is not there: what it says is not checked.`);
    return undefined;
  }
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split("\t"));
}
