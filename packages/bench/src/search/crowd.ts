import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Tasks } from "./asker.ts";

/** Processes that are asked at once and share nothing but the gateways, as Lambdas do. */
export function startCrowd(processes: number, environment: Record<string, string>) {
  const program = fileURLToPath(new URL("asker.ts", import.meta.url));
  const children = Array.from({ length: processes }, () => fork(program, { env: { ...process.env, ...environment } }));
  return {
    /** Has each do `task`, with what `given` says of the process with that number. What each says, in their order. */
    all: <T extends keyof Tasks>(task: T, given: (process: number) => Parameters<Tasks[T]>[0]) =>
      Promise.all(children.map((child, index) => tell(child, task, given(index)))),
    stop: async () => {
      const running = children.filter(({ connected }) => connected);
      const gone = running.map((child) => once(child, "exit"));
      for (const child of running) child.disconnect();
      await Promise.all(gone);
    },
  };
}

async function tell<T extends keyof Tasks>(child: ChildProcess, task: T, given: Parameters<Tasks[T]>[0]) {
  const quit = new AbortController();
  const told = Promise.race([
    once(child, "message", quit),
    once(child, "exit", quit).then(() => Promise.reject(new Error("it ended before it had said anything"))),
  ]).finally(() => quit.abort());
  child.send({ task, given });
  const [result] = await told;
  return result as Awaited<ReturnType<Tasks[T]>>;
}
