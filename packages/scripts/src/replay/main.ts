import { writeFileSync } from "node:fs";
import { type Fault, type Recorded, read } from "@travel-conductor/core/replay";
import { type Options, parseOptions, prepare } from "./options.ts";
import { targetOf } from "./rules.ts";
import { replay } from "./run.ts";
import { byRule, byWatch, draw, maxPlots, report } from "./summary.ts";

/** The most faults that are shown where no report is asked for. */
const maxShown = 20;

/** Shows the progress: one line that is overwritten on a terminal, elsewhere a new line at every tenth. */
function show(done: number, all: number): void {
  const line = `sweep ${done} of ${all}`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === all ? "\n" : ""}`);
  else if (done === all || Math.floor((10 * done) / all) > Math.floor((10 * (done - 1)) / all)) console.error(line);
}

/** @throws Error with one sentence, if there is nothing to replay, or the target is no amount in a currency of the file */
function readFares(options: Options): { recorded: Recorded[]; faults: Fault[] } {
  const { lines, faults } = prepare(options);
  const { recorded, faults: unread } = read(lines);
  const all = [...faults, ...unread].sort((a, b) => a.number - b.number);
  if (recorded.length === 0) {
    const first = all[0] ? `; line ${all[0].number}: ${all[0].reason}` : "";
    throw new Error(`${options.file} has no line that can be read as a recorded fare${first}`);
  }
  for (const { name, currency } of recorded) {
    if (targetOf(options.rules, currency) === undefined)
      throw new Error(`--target-price ${options.rules.target} is no amount in ${currency}, the currency of ${name}`);
  }
  return { recorded, faults: all };
}

/** Runs the replay on the database of this process, which must be empty. Returns the exit code. */
async function main(options: Options): Promise<number> {
  const { out, plot, report: reportFile, strict, rules } = options;
  const { recorded, faults } = readFares(options);
  const began = performance.now();
  const alerts = await replay(recorded, rules, show);
  writeFileSync(out, alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(""));
  console.log(`${byWatch(recorded, alerts, rules)}\n\n${byRule(recorded, alerts, rules)}\n`);
  if (plot !== undefined) {
    writeFileSync(plot, draw(recorded, alerts, rules));
    const some = recorded.length > maxPlots ? ` of the ${maxPlots} watches with the most alerts` : "";
    console.log(`picture${some}: ${plot}`);
  }
  if (reportFile !== undefined) writeFileSync(reportFile, report(faults));
  else if (faults.length > 0) {
    const more =
      faults.length > maxShown ? `and ${faults.length - maxShown} more; --report FILE writes them all\n` : "";
    process.stderr.write(report(faults.slice(0, maxShown)) + more);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const lines = faults.filter(({ of }) => of === "line").length;
  const unread = [
    ...(lines > 0 ? [`, ${lines} lines could not be read`] : []),
    ...(faults.length > lines ? [`, ${faults.length - lines} prices could not be read`] : []),
    ...(reportFile !== undefined && faults.length > 0 ? [` (${reportFile})`] : []),
  ].join("");
  console.log(`${alerts.length} alerts of ${recorded.length} watches in ${seconds} s${unread}: ${out}`);
  return strict && faults.length > 0 ? 2 : 0;
}

async function start(args: string[]): Promise<number> {
  const options = parseOptions(args);
  return options ? main(options) : 0;
}

process.exitCode = await start(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
