import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { bareCopy } from "./backup/bare.ts";
import { fill } from "./backup/fill.ts";
import { quantile, ratio } from "./figures.ts";

/**
 * Fills a database with 10,000,000 rows (`--rows <n>` takes fewer) and compares backups and restores, in clear text and
 * encrypted, with the same COPY that Node pipes to files and from them, without a digest. All run in turn: backups three
 * times, restores `--restores <n>` times, once by default. A restore is timed with everything that it does: the schema,
 * the verification of each table in the database, foreign keys and statistics. Prints seconds for 10 GB of COPY's text.
 * The last line is JSON: ratios of speed, and the most memory of the process of a backup and of a restore (MB).
 */
const numberOf = (name: string, otherwise: number) =>
  process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise;
const rows = numberOf("--rows", 10_000_000);
const restores = numberOf("--restores", 1);
const source = process.env.DATABASE_DIRECT_URL ?? "";
const folder = mkdtempSync(join(tmpdir(), "backup-"));
const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));
const limits = "--max-old-space-size=64 --max-semi-space-size=4";

const key = join(folder, "key");
const recipient = (await runScript("backup", { args: ["--new-key", key] })).trim();
const kinds = {
  clear: { args: ["--without-encryption"], env: {} },
  encrypted: { args: [], env: { BACKUP_RECIPIENTS: recipient, BACKUP_IDENTITY_FILE: key } },
};
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

const admin = new Client(source);
await admin.connect();
const filled = performance.now();
await fill(admin, rows);
const { rows: size } = await admin.query("select pg_size_pretty(pg_database_size(current_database())) as size");
console.log(`${rows} rows, ${size[0]?.size}, filled in ${seconds(performance.now() - filled)}`);
mkdirSync(join(folder, "bare"));
const bare = await bareCopy(source, join(folder, "bare"));

const out = { bare: [] as number[], clear: [] as number[], encrypted: [] as number[] };
const back = { bare: [] as number[], clear: [] as number[], encrypted: [] as number[] };
const peaks = { backup: 0, restore: 0 };
for (let round = 0; round < 3; round++) {
  await admin.query("checkpoint");
  out.bare.push(await bare.out());
  for (const kind of names) {
    rmSync(fileOf(kind), { force: true });
    await admin.query("checkpoint");
    out[kind].push(await timed("backup", kind, source));
  }
  console.log(`backup: ${said(out)}`);
}
for (let round = 0; round < restores; round++) {
  const bareBack = (url: string) => runScript("migrate", { url }).then(() => bare.back(url));
  back.bare.push(await inDatabase(bareBack));
  for (const kind of names) back[kind].push(await inDatabase((url) => timed("restore", kind, url)));
  console.log(`restore: ${said(back)}`);
}
const bytes = statSync(fileOf("clear")).size;
const perTenGb = (times: number[]) => Math.round(((quantile(times, 0.5) / 1_000) * 10e9) / bytes);
console.log(
  `${(bytes / 1e6).toFixed(0)} MB; for 10 GB of it, encrypted: a backup ${perTenGb(out.encrypted)} s, a restore ${perTenGb(back.encrypted)} s`,
);

await bare.end();
await admin.end();
rmSync(folder, { recursive: true });
const ratioOf = (times: typeof out, kind: Kind) => ratio(quantile(times.bare, 0.5), quantile(times[kind], 0.5));
console.log(
  JSON.stringify({
    backup_per_copy: ratioOf(out, "clear"),
    restore_per_copy: ratioOf(back, "clear"),
    backup_encrypted_per_copy: ratioOf(out, "encrypted"),
    restore_encrypted_per_copy: ratioOf(back, "encrypted"),
    peak_mb: peaks.backup,
    restore_peak_mb: peaks.restore,
  }),
);

/** Runs the command in a process of its own, and returns the milliseconds that it says. */
async function timed(command: "backup" | "restore", kind: Kind, url: string): Promise<number> {
  const args = command === "backup" ? [fileOf(kind), ...kinds[kind].args] : [fileOf(kind)];
  const printed = await runScript(command, { args, url, env: kinds[kind].env });
  const [, took, peak] = /in ([\d.]+) s, .* (\d+) MB of memory/.exec(printed) ?? [];
  if (!took || !peak) throw new Error(`${command} said: ${printed}`);
  peaks[command] = Math.max(peaks[command], Number(peak));
  return Number(took) * 1_000;
}

/** Makes an empty database on the same server for one run. */
async function inDatabase(run: (url: string) => Promise<number>): Promise<number> {
  await admin.query("drop database if exists backup_target with (force)");
  await admin.query("create database backup_target template template0");
  await admin.query("checkpoint");
  const url = new URL(source);
  url.pathname = "/backup_target";
  const took = await run(url.href);
  await admin.query("drop database backup_target with (force)");
  return took;
}

async function runScript(
  name: string,
  { args = [], url = source, env = {} }: { args?: string[]; url?: string; env?: object },
): Promise<string> {
  const script = fileURLToPath(new URL(`../../scripts/src/${name}.ts`, import.meta.url));
  const run = spawn(process.execPath, [boot, "--all", "script", script, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "yes", NODE_OPTIONS: limits, DATABASE_URL: url, ...env },
  });
  const [printed, progress, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, "exit")]);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${progress}`);
  // A backup says what there is on stderr, since its standard output may be the backup.
  return printed || progress;
}

function fileOf(kind: Kind): string {
  return join(folder, `${kind}.backup`);
}

function said(times: Record<string, number[]>): string {
  return Object.entries(times)
    .map(([name, each]) => `${name} ${seconds(each.at(-1) ?? Number.NaN)}`)
    .join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
