import { closeSync, existsSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseFile } from "./file.ts";
import type { Rules } from "./rules.ts";

export const usage = `npm run replay -- FILE [options]

  FILE            recorded fares, with the columns timestamp_utc, origin, destination, departure_date, price and
                  currency, separated by commas, semicolons, tabs or pipes
  --target-price  alert at or below this price, such as 20.00
  --target        the same in minor units (pence, cents), such as 2000
  --threshold     alert when this share below the usual price (0.01 to 0.90; 0.10 unless told)
  --new-low       alert at a new low of 90 days
  --route-low     alert at a price that is low for the route
  --out           where the alerts go, one JSON object a line (alerts.jsonl unless told)
  --plot          where a picture of the prices and alerts goes (SVG)
  --report        where the lines that could not be read go, each with its number and the reason
  --strict        end with exit code 2 if a line or a price could not be read
  --help          show this`;

export type Options = {
  file: string;
  out: string;
  plot: string | undefined;
  report: string | undefined;
  strict: boolean;
  rules: Rules;
};

/** A mistake in the arguments, after which the usage helps. */
export class UsageError extends Error {}

/** Returns the options, or undefined where the usage is asked for. Paths are relative to the folder of the caller. */
export function parseOptions(args: string[]): Options | undefined {
  const { values, positionals } = parseStrictly(args);
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new UsageError("one FILE of recorded fares is wanted");
  const { target, threshold } = values;
  const targetPrice = values["target-price"];
  if (target !== undefined && targetPrice !== undefined)
    throw new UsageError("--target and --target-price are the same rule: one of them is wanted");
  if (target !== undefined && !/^[1-9]\d{0,11}$/.test(target))
    throw new UsageError("--target is a whole number of minor units, such as 2000; --target-price takes 20.00");
  if (targetPrice !== undefined && !(/^\d{1,9}(\.\d{1,3})?$/.test(targetPrice) && +targetPrice > 0))
    throw new UsageError("--target-price is an amount above zero, such as 20.00");
  if (!/^0?\.\d{1,4}$/.test(threshold) || +threshold < 0.01 || +threshold > 0.9)
    throw new UsageError("--threshold is from 0.01 to 0.90, with at most 4 decimals");
  const from = process.env.INIT_CWD ?? process.cwd();
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(from, path));
  return {
    file: resolve(from, file),
    out: resolve(from, values.out),
    plot: at(values.plot),
    report: at(values.report),
    strict: values.strict,
    rules: {
      target: target === undefined ? (targetPrice ?? null) : Number(target),
      threshold,
      newLow: values["new-low"],
      routeLow: values["route-low"],
    },
  };
}

function parseStrictly(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        target: { type: "string" },
        "target-price": { type: "string" },
        threshold: { type: "string", default: "0.10" },
        "new-low": { type: "boolean", default: false },
        "route-low": { type: "boolean", default: false },
        out: { type: "string", default: "alerts.jsonl" },
        plot: { type: "string" },
        report: { type: "string" },
        strict: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Reads the file, and checks that every output can be written, so that a run does not fail at its end. Needs no services.
 * @throws Error with one sentence
 */
export function prepare({ file, out, plot, report }: Options): ReturnType<typeof parseFile> {
  const parsed = parse(file);
  const outputs = { "--out": out, "--plot": plot, "--report": report };
  const taken = new Map([[realpathSync(file), "FILE"]]);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const real = existsSync(path) ? realpathSync(path) : path;
    const other = taken.get(real);
    if (other) throw new Error(`${option} and ${other} are the same file: ${path}`);
    taken.set(real, option);
    checkWritable(option, path);
  }
  return parsed;
}

function parse(file: string): ReturnType<typeof parseFile> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw explained(error, `${file} cannot be read`);
  }
  try {
    return parseFile(bytes);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Opens the file as it will be, and leaves things as they were. */
function checkWritable(option: string, path: string): void {
  const existed = existsSync(path);
  try {
    closeSync(openSync(path, "a"));
  } catch (error) {
    throw explained(error, `${option} ${path} cannot be written`);
  }
  if (!existed) rmSync(path);
}

const causes: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  EACCES: "it may not be opened",
  EPERM: "it may not be opened",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EROFS: "its file system is read-only",
};

function explained(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error : new Error(`${what}: ${causes[code] ?? code}`);
}
