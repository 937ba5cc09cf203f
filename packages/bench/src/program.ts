import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a program that imports the stacks, which other files of the benches may not, and waits until it is ready. `ask`
 * sends it a message and returns its answer.
 */
export async function startProgram(url: URL) {
  const child = fork(fileURLToPath(url), { env: { ...process.env, NODE_ENV: "test" } });
  const next = async <T>(): Promise<T> => {
    const quit = new AbortController();
    const ended = once(child, "exit", quit).then(() => Promise.reject(new Error(`${url.pathname} ended`)));
    const [message] = await Promise.race([once(child, "message", quit), ended]).finally(() => quit.abort());
    return message;
  };
  await next();
  return {
    ask<T>(message: string | number): Promise<T> {
      child.send(message);
      return next<T>();
    },
    async stop() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
