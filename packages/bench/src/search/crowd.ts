import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Tasks } from "./client-process.ts";

/** Starts client processes that work at once and share only the gateways, as Lambdas do. */
export function startCrowd(processes: number, environment: Record<string, string>) {
  const program = fileURLToPath(new URL("client-process.ts", import.meta.url));
  const children = Array.from({ length: processes }, () => fork(program, { env: { ...process.env, ...environment } }));
  return {
    /**
     * Runs `task` in each process, with the input that `inputOf` returns for its number. Returns the results in the
     * same order.
     */
    all: <T extends keyof Tasks>(task: T, inputOf: (process: number) => Parameters<Tasks[T]>[0]) =>
      Promise.all(children.map((child, index) => runIn(child, task, inputOf(index)))),
    /** Runs `task` in one of the processes. */
    one: <T extends keyof Tasks>(process: number, task: T, input: Parameters<Tasks[T]>[0]) =>
      runIn(children[process]!, task, input),
    stop: async () => {
      const running = children.filter(({ connected }) => connected);
      const gone = running.map((child) => once(child, "exit"));
      for (const child of running) child.disconnect();
      await Promise.all(gone);
    },
  };
}

async function runIn<T extends keyof Tasks>(child: ChildProcess, task: T, input: Parameters<Tasks[T]>[0]) {
  const quit = new AbortController();
  const answer = Promise.race([
    once(child, "message", quit),
    once(child, "exit", quit).then(() => Promise.reject(new Error("it ended before it had said anything"))),
  ]).finally(() => quit.abort());
  child.send({ task, input });
  const [result] = await answer;
  return result as Awaited<ReturnType<Tasks[T]>>;
}
