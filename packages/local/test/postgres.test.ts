import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { notDurable, startPostgres } from "../src/postgres.ts";
import { inspect, reap } from "../src/process.ts";

const dir = await mkdtemp(join(tmpdir(), "travel-conductor-"));
const pidFile = join(dir, "pid");
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Starts a long-running process whose command line contains `mark`. */
const lasting = (mark: string) => [process.execPath, "-e", "setTimeout(() => {}, 600_000)", mark] as const;

test("stops a server whose parent is dead", async () => {
  const [program, ...args] = lasting(dir);
  const starter = `
    const { spawn } = require("node:child_process");
    const child = spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { detached: true, stdio: "ignore" });
    child.unref();
    console.log(child.pid);`;
  const { stdout } = spawnSync(process.execPath, ["-e", starter], { encoding: "utf8" });
  await writeFile(pidFile, stdout);
  expect(inspect(Number(stdout))).toBeDefined();
  await reap(pidFile, dir);
  expect(inspect(Number(stdout))).toBeUndefined();
});

test("refuses to stop a server whose parent is alive, and ignores another process with its pid", async () => {
  const [program, ...args] = lasting(dir);
  const child = spawn(program, args, { stdio: "ignore" });
  await writeFile(pidFile, `${child.pid}\n${dir}\n`);
  await expect(reap(pidFile, dir)).rejects.toThrow(`already running here, as process ${process.pid}`);
  await reap(pidFile, "another folder");
  await reap(join(dir, "no such file"), dir);
  expect(child.exitCode ?? child.signalCode).toBeNull();
  child.kill();
  await once(child, "exit");
});

test("reports the server's own log when it does not start", async () => {
  const starting = startPostgres({ settings: { ...notDurable, shared_buffers: "no size" } });
  await expect(starting).rejects.toThrow(/Postgres did not start.*\n.*invalid value for parameter "shared_buffers"/);
});

test("data without a folder of its own is deleted after the end", async () => {
  const postgres = await startPostgres({ settings: notDurable });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query("show data_directory");
  await client.end();
  const home = dirname(rows[0].data_directory);
  expect(existsSync(home)).toBe(true);
  await postgres.stop();
  await expect.poll(() => existsSync(home), { timeout: 30_000 }).toBe(false);
});

test.runIf(process.getuid?.() === 0)(
  "what the server's user cannot reach is put where it can, and that is told",
  async () => {
    const home = join(dir, "home");
    await mkdir(home, { mode: 0o700 });
    const said: string[] = [];
    const postgres = await startPostgres({
      dir: join(home, "data"),
      settings: notDurable,
      say: (line) => said.push(line),
    });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query<{ at: string }>("select current_setting('data_directory') as at");
    await client.end();
    await postgres.stop();
    const place = rows[0]!.at.replace(/\/data$/, "");
    expect(place).toMatch(/^\/var\/tmp\/travel-conductor-/);
    expect(said[0]).toContain(`its data is in ${place}`);
    await rm(place, { recursive: true });
  },
);
