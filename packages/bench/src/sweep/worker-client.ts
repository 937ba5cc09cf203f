import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SweepOrder, SweepResult } from "./worker.ts";

export type Worker = { sweep: (order: SweepOrder) => Promise<SweepResult>; stop: () => Promise<void> };

/** Starts a worker on the database of that name, through the product's own gateway. */
export function startWorker(database: string): Worker {
  const url = new URL(String(process.env.DATABASE_URL));
  url.pathname = database;
  return startWorkerAt({ DATABASE_URL: url.href });
}

/** Starts a worker with these variables in place of those of this process. */
export function startWorkerAt(environment: { DATABASE_URL: string; DATABASE_HTTP_ENDPOINT?: string }): Worker {
  const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), { env: { ...process.env, ...environment } });
  return {
    sweep: async (order) => {
      const quit = new AbortController();
      const answer = Promise.race([
        once(child, "message", quit),
        once(child, "exit", quit).then(() => Promise.reject(new Error("a worker ended before it had done its work"))),
      ]).finally(() => quit.abort());
      child.send(order);
      const [done] = await answer;
      return done as SweepResult;
    },
    stop: async () => {
      if (!child.connected) return;
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
