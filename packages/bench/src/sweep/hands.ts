import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Done, Order } from "./worker.ts";

export type Worker = { sweep: (order: Order) => Promise<Done>; stop: () => Promise<void> };

/** A worker for the database of that name, on the product's own way there. */
export function hire(database: string): Worker {
  const url = new URL(String(process.env.DATABASE_URL));
  url.pathname = database;
  const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), {
    env: { ...process.env, DATABASE_URL: url.href },
  });
  return {
    sweep: async (order) => {
      const quit = new AbortController();
      const told = Promise.race([
        once(child, "message", quit),
        once(child, "exit", quit).then(() => Promise.reject(new Error("a worker ended before it had done its work"))),
      ]).finally(() => quit.abort());
      child.send(order);
      const [done] = await told;
      return done as Done;
    },
    stop: async () => {
      if (!child.connected) return;
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
