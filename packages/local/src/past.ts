import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Progress } from "./past/fill.ts";

/** `of` is the number of checks that were missing at the start, `checks` how many of them are written. */
export type PastState = { state: "filling" | "filled" | "failed"; checks: number; of: number };

export type Past = { state: () => PastState; stop: () => Promise<void> };

/** How often it is asked whether a check is missing by now, and how long a failure is waited for (milliseconds). */
const rests = { usual: 10_000, failed: 60_000 };

/**
 * Fills the past of the simulated market in the background, and from then on adds each check when its time comes. `now`
 * is the product's time. The first run, which may have 90 days to fill, is in a process of its own. A failure is logged
 * and tried again, and concerns nothing else.
 */
export function startPast(now: () => Date, log: (line: string) => void = console.log): Past {
  const stopped = new AbortController();
  const told: PastState = { state: "filling", checks: 0, of: 0 };
  let next: Date | undefined;
  const run = async () => {
    while (!stopped.signal.aborted) {
      const failed = await turn().then(
        () => false,
        (error: unknown) => {
          if (stopped.signal.aborted) return false;
          told.state = "failed";
          log(
            `The past could not be filled (${error instanceof Error ? error.message : error}). Trying again in a minute.`,
          );
          return true;
        },
      );
      await wait(failed ? rests.failed : rests.usual, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const turn = async () => {
    const at = now();
    if (next && at < next) return;
    if (next) {
      // The product reads its environment at import, so this comes after the services are up.
      const { fill } = await import("./past/fill.ts");
      next = (await fill(at, () => undefined, stopped.signal)).nextAt;
      told.state = "filled";
      return;
    }
    const began = performance.now();
    let quarter = 0;
    const { nextAt, checks } = await fillApart(at, stopped.signal, ({ done, wanted }) => {
      Object.assign(told, { state: "filling", checks: done, of: wanted });
      const reached = Math.floor((4 * done) / wanted);
      if (reached > quarter && reached < 4) log(`Filling the past of the simulated market: ${25 * reached} %`);
      quarter = reached;
    });
    next = new Date(nextAt);
    Object.assign(told, { state: "filled", checks, of: checks });
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    log(`The past of the simulated market is filled: ${checks} checks in ${seconds} s.`);
  };
  const running = run();
  return {
    state: () => ({ ...told }),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** Runs `fill` in a process of its own. It may be killed anywhere: the next run goes on. */
async function fillApart(
  at: Date,
  signal: AbortSignal,
  progress: (told: Progress) => void,
): Promise<{ nextAt: string; checks: number }> {
  const child: ChildProcess = fork(fileURLToPath(new URL("past/process.ts", import.meta.url)), [at.toISOString()], {
    execArgv: ["--import", import.meta.resolve("tsx")],
    // Apart from Ctrl-C in the terminal: the product ends it.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const kill = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  let result: { nextAt: string; checks: number } | undefined;
  let trouble = "";
  child.stderr?.on("data", (chunk) => {
    trouble = `${trouble}${chunk}`.slice(-2_000);
  });
  child.on("message", (message: Progress | { nextAt: string; checks: number }) => {
    if ("nextAt" in message) result = message;
    else progress(message);
  });
  try {
    if (signal.aborted) kill();
    await once(child, "exit");
    if (!result) throw new Error(/^\w*Error: .*$/m.exec(trouble)?.[0] ?? "its process ended");
    return result;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}
