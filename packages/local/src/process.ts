import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Asks until `ready` says yes or the server has died; `deadline` in milliseconds. */
export async function untilReady(
  child: ChildProcess,
  ready: () => Promise<boolean>,
  deadline: number,
): Promise<boolean> {
  const end = Date.now() + deadline;
  while (Date.now() < end && child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
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
 * @throws Error when that server's parent is alive: then it is no orphan but in use
 */
export async function reap(pidFile: string, mark: string): Promise<void> {
  const pid = Number.parseInt(read(pidFile), 10);
  const found = Number.isNaN(pid) ? undefined : inspect(pid);
  if (!found?.command.includes(mark)) return;
  const parent = inspect(found.parent);
  if (parent && /\bnode\b/.test(parent.command)) {
    throw new Error(
      `It is already running here, as process ${found.parent}. Stop that one first (kill ${found.parent}).`,
    );
  }
  process.kill(pid, "SIGINT");
  while (inspect(pid)) await wait(50);
}

/** A live process's parent and command line. Linux tells by its /proc, the others by ps. */
function inspect(pid: number): { parent: number; command: string } | undefined {
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
