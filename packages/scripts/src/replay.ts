import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Line, type Recorded, read } from "@travel-conductor/core/replay";
import { parse } from "csv-parse/sync";
import { type ReplayedAlert, type Rules, replay } from "./replay/run.ts";

const usage = `npm run replay -- FILE [--target 2000] [--threshold 0.10] [--new-low] [--out alerts.jsonl]

  FILE         recorded fares: timestamp_utc,origin,destination,departure_date,arrival_date,price,currency
  --target     alert at or below this price, in minor units (pence, cents)
  --threshold  alert when this share below the usual price (0.01 to 0.90; 0.10 unless told)
  --new-low    alert at a new low of 90 days
  --out        where the alerts go, one JSON object a line (alerts.jsonl unless told)`;

function parseArguments(): { file: string; out: string; rules: Rules } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: "string" },
      threshold: { type: "string", default: "0.10" },
      "new-low": { type: "boolean", default: false },
      out: { type: "string", default: "alerts.jsonl" },
    },
  });
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Error("one FILE of recorded fares is wanted");
  const { target, threshold } = values;
  if (target !== undefined && !/^[1-9]\d{0,11}$/.test(target))
    throw new Error("--target is a whole number of minor units, such as 2000");
  if (!/^0?\.\d{1,4}$/.test(threshold) || +threshold < 0.01 || +threshold > 0.9) {
    throw new Error("--threshold is from 0.01 to 0.90, with at most 4 decimals");
  }
  const from = process.env.INIT_CWD ?? process.cwd();
  return {
    file: resolve(from, file),
    out: resolve(from, values.out),
    rules: { target: target === undefined ? null : Number(target), threshold, newLow: values["new-low"] },
  };
}

/**
 * Returns a table with one line per watch: its checks, the number with a price, the lowest price, the number of alerts.
 */
function table(recorded: Recorded[], alerts: ReplayedAlert[]): string {
  const rows = recorded.map((watch) => {
    const prices = watch.checks.flatMap(({ price }) => (price === null ? [] : [price]));
    const own = alerts.filter((alert) => alert.watch === watch.name).length;
    return [watch.name, watch.checks.length, prices.length, prices.length ? Math.min(...prices) : "-", own].map(String);
  });
  const all = [
    ["watch", "checks", "priced", "lowest", "alerts"],
    ...rows.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  ];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) => row.map((cell, at) => (at ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join("  "))
    .join("\n");
}

/** Shows the progress: one line that is overwritten on a terminal, elsewhere a new line at every tenth. */
function show(done: number, all: number): void {
  const line = `sweep ${done} of ${all}`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}${done === all ? "\n" : ""}`);
  else if (done === all || Math.floor((10 * done) / all) > Math.floor((10 * (done - 1)) / all)) console.error(line);
}

async function main(): Promise<void> {
  const { file, out, rules } = parseArguments();
  const lines = parse(readFileSync(file), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const { recorded, skipped, unreadable } = read(lines as Line[]);
  if (recorded.length === 0) throw new Error("the file has no line that can be read as a recorded fare");
  const began = performance.now();
  const alerts = await replay(recorded, rules, show);
  writeFileSync(out, alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(""));
  console.log(table(recorded, alerts));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const unread = `${skipped ? `, ${skipped} lines could not be read` : ""}${unreadable ? `, ${unreadable} prices could not be read` : ""}`;
  console.log(`\n${alerts.length} alerts of ${recorded.length} watches in ${seconds} s${unread}: ${out}`);
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 1;
});
