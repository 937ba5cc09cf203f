import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keep } from "./testing/output.ts";

/** A Lambda's artifact, unpacked in `folder`; `handler` is `path/file.export` in it. */
export type Artifact = { folder: string; handler: string };

/**
 * A loaded bundle. Its process was started at `born` (by performance.now). `output` is everything that it has written
 * until now; in the cloud this would be its log.
 */
export type Lambda = {
  pid: number;
  born: number;
  /** Hands it an event and tells it that it may take `timeout` milliseconds (29,000). */
  invoke: (event: object, timeout?: number) => Promise<unknown>;
  output: () => string;
  stop: () => Promise<void>;
};

/**
 * Loads a bundle the way Lambda does: from a copy in an otherwise empty folder, in a process whose environment holds
 * only the variables of Lambda and `environment`. The process is frozen whenever it is not answering.
 * @throws Error with the process's output, when it ends before it is ready
 */
export async function load(bundle: Artifact, environment: Record<string, string>): Promise<Lambda> {
  const folder = await mkdtemp(join(tmpdir(), "lambda-"));
  await cp(bundle.folder, folder, { recursive: true });
  const born = performance.now();
  const child = fork(fileURLToPath(new URL("lambda/runtime.mjs", import.meta.url)), [folder, bundle.handler], {
    cwd: folder,
    env: { ...lambdaEnvironment, ...environment },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    keep(output);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await nextMessage(child);
  } catch {
    await stop();
    throw new Error(`${bundle.handler} did not load\n${output}`);
  }
  child.kill("SIGSTOP");
  return {
    pid: child.pid!,
    born,
    stop,
    output: () => output,
    async invoke(event, timeout = 29_000) {
      child.kill("SIGCONT");
      child.send({ event, requestId: randomUUID(), deadline: Date.now() + timeout });
      const { answer, failure } = await nextMessage(child);
      child.kill("SIGSTOP");
      if (failure) throw new Error(`${failure}\n${output}`);
      return answer;
    },
  };
}

/** Signs the requests of the role. */
export const key = { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token: "AQoDYXdzEJr" };

/** The variables of Lambda's execution environment, as its documentation names them. */
const lambdaEnvironment = {
  AWS_REGION: "eu-west-2",
  AWS_ACCESS_KEY_ID: key.id,
  AWS_SECRET_ACCESS_KEY: key.secret,
  AWS_SESSION_TOKEN: key.token,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024",
  TZ: ":UTC",
};

async function nextMessage(child: ChildProcess): Promise<{ answer?: unknown; failure?: string }> {
  const quit = new AbortController();
  const [message] = await Promise.race([
    once(child, "message", quit),
    once(child, "exit", quit).then(() => Promise.reject(new Error("exited"))),
  ]).finally(() => quit.abort());
  return message;
}
