import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { env } from "@travel-conductor/core/base/env";
import { Client } from "pg";
import { writeFile } from "./import/file.ts";
import { createRaw } from "./import/raw.ts";

/**
 * Imports a million mixed rows in five files, and writes the same final rows by bare UNNEST into a second database, part by
 * part in turn; then a sample with one INSERT a row. Prints rows a second of each as ratios, the most memory of the
 * importer's process (MB), and how much more that is than for ten thousand rows. The last line is JSON. `--rows <n>` takes
 * fewer.
 */
const rows = Number(process.argv[process.argv.indexOf("--rows") + 1]) || 1_000_000;
const parts = 5;
const at = (part: number) => new Date(Date.UTC(2026, 10, 25, 12) + part).toISOString();
const folder = mkdtempSync(join(tmpdir(), "import-"));
const script = (name: string) => fileURLToPath(new URL(`../../scripts/src/${name}.ts`, import.meta.url));
/** Those of the npm script, so that what is not in use any more is given back soon. */
const limits = "--max-old-space-size=96 --max-semi-space-size=16";
const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));

const admin = new Client({ connectionString: env.DATABASE_URL });
await admin.connect();
const urls = [];
for (const name of ["import_whole", "import_raw", "import_small"]) {
  await admin.query(`drop database if exists ${name}`);
  await admin.query(`create database ${name}`);
  const url = new URL(env.DATABASE_URL);
  url.pathname = `/${name}`;
  await runScript("migrate", String(url));
  urls.push(String(url));
}
const [whole, bare, small] = urls as [string, string, string];
const raw = await createRaw(whole, bare);

const peaks: number[] = [];
const took = { imported: 0, raw: 0 };
const few = await importRows("few", 10_000, small, at(9));
for (let part = 0; part < parts; part++) {
  const { took: ms, peak } = await importRows(`p${part}`, rows / parts, whole, at(part));
  const bareMs = await raw.copy(`p${part}`, at(part));
  took.imported += ms;
  took.raw += bareMs;
  peaks.push(peak);
  console.log(
    `part ${part + 1}: imported in ${Math.round(ms)} ms, by bare UNNEST in ${Math.round(bareMs)} ms, ${Math.round(peak)} MB`,
  );
}
// All rows in one file, for its memory alone.
const all = await importRows("all", rows, small, at(8));
const single = await raw.single(2_000);
const rate = rows / took.imported;
console.log(`${Math.round(rate * 1_000)} rows a second; one INSERT a row: ${Math.round(single * 1_000)}`);
await raw.end();
for (const name of ["import_whole", "import_raw", "import_small"])
  await admin.query(`drop database if exists ${name} with (force)`);
await admin.end();
rmSync(folder, { recursive: true });
console.log(
  JSON.stringify({
    rows_per_raw: Number((took.raw / took.imported).toFixed(3)),
    rows_per_single: Number((rate / single).toFixed(1)),
    peak_mb: Math.round(Math.max(all.peak, ...peaks)),
    peak_growth: Number((all.peak / few.peak).toFixed(3)),
  }),
);

async function importRows(
  part: string,
  count: number,
  url: string,
  moment: string,
): Promise<{ took: number; peak: number }> {
  const path = join(folder, `${part}.db`);
  writeFile(path, part, count);
  const printed = await runScript("import-sqlite", url, path, "--at", moment);
  for (const ending of ["", "-wal", "-shm"]) rmSync(path + ending, { force: true });
  const [, ms, mb] = /took (\d+) ms, (\d+) MB/.exec(printed) ?? [];
  if (!ms || !mb) throw new Error(`the importer said: ${printed}`);
  return { took: Number(ms), peak: Number(mb) };
}

async function runScript(name: string, url: string, ...args: string[]): Promise<string> {
  const run = spawn(process.execPath, [boot, "script", script(name), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CI: "yes", NODE_OPTIONS: limits, DATABASE_URL: url },
  });
  const [printed, [code]] = await Promise.all([text(run.stdout), once(run, "exit")]);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${printed}`);
  return printed;
}
