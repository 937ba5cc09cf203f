import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Trouble } from "./trouble.ts";

/**
 * Starts a server that ends when this process does, even when this process is killed: a shell waits for the end of a
 * pipe that closes with this process. Ctrl-C in the terminal reaches only this process, so that it can stop the server
 * after the server's clients.
 */
export function launch(program: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, { ...options, detached: true });
  if (child.pid === undefined) return child;
  const script = 'read -r _; kill -INT "$0"';
  const watcher = spawn("/bin/sh", ["-c", script, `${child.pid}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.unref();
  (watcher.stdin as Socket).unref();
  child.once("exit", () => watcher.kill("SIGKILL"));
  return child;
}

/**
 * Calls `ready` every 20 ms until it returns true (true), or the server has died or a minute has passed (false). Call
 * it in the same turn of the event loop as `launch`.
 * @throws Error when the program could not be run at all
 */
export async function untilReady(child: ChildProcess, ready: () => Promise<boolean>): Promise<boolean> {
  const fault = once(child, "error").then(([error]: Error[]) => error);
  const last = Date.now() + 60_000;
  if (child.pid === undefined) throw await fault;
  while (Date.now() < last && child.exitCode === null && child.signalCode === null) {
    if (await ready()) return true;
    await wait(20);
  }
  return false;
}

/** Stops a server that `launch` started, and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGINT");
  await gone;
}

/**
 * Stops a server that an earlier, killed run left behind: the process in the first line of `pidFile`, if its command
 * line contains `mark`. `address` is where that run answers, if it is known.
 * @throws Trouble when that server's parent is alive: then the server is in use
 */
export async function reap(pidFile: string, mark: string, address?: string): Promise<void> {
  const pid = Number.parseInt(read(pidFile), 10);
  const found = Number.isNaN(pid) ? undefined : inspect(pid);
  if (!found?.command.includes(mark)) return;
  const parent = inspect(found.parent);
  if (parent && found.parent !== 1 && /\bnode\b/.test(parent.command)) {
    throw new Trouble(
      `It is already running here${address ? ` at ${address}` : ""}, as process ${found.parent}. Stop that one first (kill ${found.parent}).`,
    );
  }
  process.kill(pid, "SIGINT");
  while (inspect(pid)) await wait(50);
}

/**
 * Waits for Ctrl-C, which npm passes on a second time, or SIGTERM, or the end of the npm that started this process: a
 * signal to npm alone does not reach it. A signal more than 2 seconds after the first ends the process at once. `since`
 * returns the time of the first signal.
 */
export function endOfRun(): { requested: Promise<void>; since: () => number | undefined } {
  let since: number | undefined;
  const requested = new Promise<void>((resolve) => {
    const request = () => {
      if (since && Date.now() - since > 2_000) process.exit(130);
      since ??= Date.now();
      resolve();
    };
    process.on("SIGINT", request).on("SIGTERM", request);
    whenNpmEnds(() => {
      since ??= Date.now();
      resolve();
    });
  });
  return { requested, since: () => since };
}

/**
 * Calls `ended` once the parent is gone, if that was npm or npm's shell: the system then gives this process another
 * parent. Without npm a parent may end, as that of a background job does.
 */
function whenNpmEnds(ended: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  // Npm may have ended while packages were installed.
  const isNpm = /\b(npm|npx|pnpm|yarn|sh|bash|cmd)\b/.test(inspect(parent)?.command ?? "");
  const look = () => {
    if (isNpm && process.ppid === parent) return;
    clearInterval(timer);
    ended();
  };
  const timer = setInterval(look, 500);
  timer.unref();
  look();
}

/**
 * Returns the parent and the command line of a live process; undefined for a dead or a zombie process. Reads /proc on
 * Linux and asks ps elsewhere.
 */
export function inspect(pid: number): { parent: number; command: string } | undefined {
  const status = read(`/proc/${pid}/stat`);
  if (process.platform === "linux") {
    const [state, parent] = status.slice(status.lastIndexOf(")") + 2).split(" ");
    if (state === undefined || parent === undefined || state === "Z") return undefined;
    return { parent: Number(parent), command: read(`/proc/${pid}/cmdline`) };
  }
  try {
    const text = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [parent = "0", ...command] = text.split(/\s+/);
    return { parent: Number(parent), command: command.join(" ") };
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
