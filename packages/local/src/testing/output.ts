import { appendFileSync } from "node:fs";
import { join } from "node:path";

let file: string | undefined;

/** Keeps from now on what the product writes in this process, in the file of a test in `folder`. */
export function startKeeping(folder: string, test: string): void {
  file = join(folder, `${encodeURIComponent(test)}.log`);
}

/** Keeps what the product wrote to its log, for the search at the end of the run (canaries.ts). Only in tests. */
export function keep(text: string): void {
  if (file !== undefined) appendFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
}

/** Keeps the lines of the log, which are JSON, in the output of a process that prints others too. */
export function keepLog(output: string): void {
  for (const line of output.split("\n")) if (line.startsWith("{")) keep(line);
}
