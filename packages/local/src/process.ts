import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Trouble } from "./trouble.ts";

/**
 * Starts a server that ends when this process does, even when it is killed: a shell waits for the end of a pipe that
 * closes with us. Ctrl-C in the terminal reaches us alone, so that the server stops after those who use it.
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
 * Asks every 20 ms until `ready` says yes (true), or the server has died or not answered in a minute (false). To be
 * called in the same turn as `launch`.
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

/** Ends a server of ours and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGINT");
  await gone;
}

/**
 * Ends the server that an earlier run, killed before it could, left behind: the process named in the first line of
 * `pidFile`, if its command line holds `mark`.
 * @throws Trouble when that server's parent is alive: then it is no orphan but in use
 */
export async function reap(pidFile: string, mark: string): Promise<void> {
  const pid = Number.parseInt(read(pidFile), 10);
  const found = Number.isNaN(pid) ? undefined : inspect(pid);
  if (!found?.command.includes(mark)) return;
  const parent = inspect(found.parent);
  if (parent && found.parent !== 1 && /\bnode\b/.test(parent.command)) {
    throw new Trouble(
      `It is already running here, as process ${found.parent}. Stop that one first (kill ${found.parent}).`,
    );
  }
  process.kill(pid, "SIGINT");
  while (inspect(pid)) await wait(50);
}

/** Ctrl-C, which npm passes on a second time, or SIGTERM. Asked again after 2 seconds, it goes without ceremony. */
export function endOfRun(): { asked: Promise<void>; since: () => number | undefined } {
  let since: number | undefined;
  const asked = new Promise<void>((resolve) => {
    const ask = () => {
      if (since && Date.now() - since > 2_000) process.exit(130);
      since ??= Date.now();
      resolve();
    };
    process.on("SIGINT", ask).on("SIGTERM", ask);
  });
  return { asked, since: () => since };
}

/** A live process's parent and command line, nothing for a dead one's remains. Linux tells by its /proc, others by ps. */
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
