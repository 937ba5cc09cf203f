import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const packages = fileURLToPath(new URL("../../", import.meta.url));

/** The file that reads the clock for all others. */
const clock = "core/src/base/time.ts";

/**
 * `packages/core/times.json`: what is on the side of real time, with the reason, and which columns of the schema are
 * filled by Postgres's clock unless an insert names them.
 */
export type Times = {
  /** By file below packages: each way in which it reads a clock, beside `realNow()` and `productNow()`. */
  real: Record<string, Partial<Record<Reading, string>>>;
  /** By `table.column`: `real`, or `given` where it is product time and every insert names it. */
  columns: Record<string, "real" | "given">;
};

/** `now()`: Postgres's clock. `expiry`: Redis's, which ends a key. `xadd`: Redis's, which makes the id of a note. */
export type Reading = "Date.now" | "new Date" | "now()" | "expiry" | "xadd";

const inText: [Reading, RegExp][] = [
  ["now()", /(?<![\w.])(now\(\)|(clock|statement|transaction)_timestamp\(\)|current_(date|time|timestamp)|localtime)/i],
  ["expiry", /'(p?expire(at)?|e?px|ex)'/i],
  ["xadd", /'xadd'/i],
];

/** The ways in which a source file reads a clock. Elapsed time, by `performance.now()`, is none. */
export function readingsOf(file: string, source: string): Reading[] {
  const found = new Set<Reading>();
  const scan = (text: string) => {
    for (const [reading, pattern] of inText) if (pattern.test(text)) found.add(reading);
  };
  if (file.endsWith(".lua")) scan(source.replaceAll(/--.*/g, ""));
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "Date.now") found.add("Date.now");
    if (ts.isNewExpression(node) && node.getText().match(/^new Date(\(\))?$/)) found.add("new Date");
    if (ts.isPropertyAssignment(node) && ["ex", "px", "exat", "pxat"].includes(node.name.getText()))
      found.add("expiry");
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) scan(withoutSqlComments(node.text));
    ts.forEachChild(node, visit);
  };
  if (file.endsWith(".ts")) visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return [...found].sort();
}

const withoutSqlComments = (text: string) => text.replaceAll(/--.*/g, "");

/** The columns of a dumped schema whose default is Postgres's clock, as `table.column`. */
export function clockedColumns(schema: string): string[] {
  const found: string[] = [];
  let table = "";
  for (const line of schema.split("\n")) {
    table = /^create table (\w+)/.exec(line)?.[1] ?? table;
    const column = /^ {2}(\w+) .*\bdefault (now\(\)|current_)/.exec(line)?.[1];
    if (column) found.push(`${table}.${column}`);
  }
  return found;
}

/** Compares the readings of `sources` (by their path below packages) with what is stated. @returns each fault, a sentence */
export function check(sources: Record<string, string>, schema: string, { real, columns }: Times): string[] {
  const faults: string[] = [];
  const read = new Map(Object.entries(sources).map(([file, source]) => [file, readingsOf(file, source)]));
  for (const [file, readings] of read) {
    for (const reading of readings) {
      if (file === clock || real[file]?.[reading]) continue;
      faults.push(
        `${file} reads a clock by ${reading}: use productNow() or realNow(), or say in times.json why it is real`,
      );
    }
  }
  for (const [file, stated] of Object.entries(real)) {
    for (const reading of Object.keys(stated) as Reading[])
      if (!read.get(file)?.includes(reading)) faults.push(`times.json: ${file} does not read a clock by ${reading}`);
  }
  const found = clockedColumns(schema);
  for (const column of found) if (!columns[column]) faults.push(`times.json does not say whose time ${column} is`);
  for (const [name, side] of Object.entries(columns)) {
    const [table = "", column = ""] = name.split(".");
    if (!found.includes(name)) faults.push(`times.json: ${name} has no clock as its default`);
    if (side === "real") continue;
    for (const [file, source] of Object.entries(sources)) {
      const inserts = source.matchAll(new RegExp(`insert into ${table}\\s*\\(([^)]*)\\)`, "g"));
      for (const [, list = ""] of inserts)
        if (!list.split(/[\s,]+/).includes(column)) faults.push(`${file} inserts into ${table} without ${column}`);
    }
  }
  return faults;
}

/** Checks core and functions as they are. */
export async function checkTimes(): Promise<string[]> {
  const sources: Record<string, string> = {};
  for (const folder of ["core/src", "functions/src"]) {
    for (const name of await readdir(`${packages}${folder}`, { recursive: true }))
      if (/\.(ts|lua)$/.test(name))
        sources[`${folder}/${name}`] = await readFile(`${packages}${folder}/${name}`, "utf8");
  }
  const schema = await readFile(`${packages}core/schema.sql`, "utf8");
  return check(sources, schema, JSON.parse(await readFile(`${packages}core/times.json`, "utf8")) as Times);
}
