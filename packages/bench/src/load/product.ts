import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startClock } from "@travel-conductor/local/clock";
import { startConsumer } from "@travel-conductor/local/consumer";
import { tick } from "@travel-conductor/local/event";
import { startInvoke } from "@travel-conductor/local/invoke";
import { type Lambda, load } from "@travel-conductor/local/lambda";
import { startSqs } from "@travel-conductor/local/sqs";
import { type Bundle, synth } from "../../../../stacks/synth.ts";

/** The processes of the API, and the requests that each has at once before it answers 503. */
const processes = 2;
const room = 48;
/** The heap (MB) that Lambda gives to Node in 1,024 MB of memory. */
const heap = "--max-old-space-size=921";
/** The time between two sweeps, and between two runs of the other clocks (ms). */
const sweepEvery = 5_000;
const othersEvery = 10_000;
const timeout = 270_000;

const passed =
  /^(DATABASE_(URL|HTTP_ENDPOINT)|UPSTASH_REDIS_REST_(URL|TOKEN)|AWS_ENDPOINT_URL_SESV2|MAIL_FROM|KMS_KEY|KMS_URL)$/;

/** The bundles of a deploy, running: the API behind `ports`, and the Lambdas of sweeps, messages and queues. */
export type Product = {
  ports: number[];
  /** Sweeps once more. */
  sweep: () => Promise<{ fares: number; alerts: number; more: boolean }>;
  /** Sends what waits. */
  deliver: () => Promise<unknown>;
  /** The number of sweeps until now. */
  sweeps: () => number;
  /** Memory (bytes) of all processes of the product. */
  memory: () => number;
  stopClocks: () => Promise<void>;
  stop: () => Promise<void>;
};

export async function startProduct(): Promise<Product> {
  const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = process.env;
  const sqs = await startSqs({ id, secret });
  const invoke = await startInvoke({ id, secret });
  const { bundles, remove } = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passed.test(name))),
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: "eu-west-2",
    APP_URL: "https://app.example.com",
    MESSAGE_SECRET: "a secret of a load test, 32 bytes",
    REFRESH_QUEUE_URL: sqs.urlOf(sqs.queues.refresh),
    HELP_LAMBDA_URL: invoke.urlOf(invoke.lambdas.help),
    DELIVER_LAMBDA_URL: invoke.urlOf(invoke.lambdas.deliver),
    BOOK_LAMBDA_URL: invoke.urlOf(invoke.lambdas.book),
  } as Record<string, string>;
  const children: ChildProcess[] = [];
  const lambdas: Lambda[] = [];
  const start = async (name: string) => {
    const bundle = bundles[name] as Bundle;
    const lambda = await load(bundle, { ...environment, NODE_OPTIONS: bundle.NODE_OPTIONS });
    lambdas.push(lambda);
    return inTurn(lambda);
  };

  const ports: number[] = [];
  for (let index = 0; index < processes; index++) {
    const { folder, handler } = bundles["api/lambda"] as Bundle;
    const child = fork(fileURLToPath(new URL("front.mjs", import.meta.url)), [folder, handler, String(room)], {
      cwd: folder,
      env: { ...environment, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1024", TZ: ":UTC", NODE_OPTIONS: heap },
      execArgv: [],
      // What the product logs is not read: at an overload it is a line for each request.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    children.push(child);
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    ports.push(port);
  }
  const [sweep, flush, refresh, help, deliver] = await Promise.all(
    ["cron/sweep", "cron/flush", "queue/refresh", "hurried/sweep", "hurried/deliver"].map(start),
  );
  let sweeps = 0;
  const runSweep = async () => {
    const report = await sweep!(tick(new Date()), timeout);
    sweeps++;
    return report as Awaited<ReturnType<Product["sweep"]>>;
  };
  const running = [
    startClock(runSweep, sweepEvery),
    startClock(() => deliver!({ message: {} }, 60_000), othersEvery),
    startClock(() => flush!(tick(new Date()), 60_000), othersEvery),
    startConsumer(sqs.queues.refresh, (event) => refresh!(event, 30_000) as never),
    invoke.lambdas.help.serve((call) => help!(call, timeout)),
    invoke.lambdas.deliver.serve((event) => deliver!(event, 60_000)),
  ];
  const stopClocks = async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  };
  return {
    ports,
    sweep: runSweep,
    deliver: () => deliver!({ message: {} }, 60_000),
    sweeps: () => sweeps,
    memory: () => [...children, ...lambdas].reduce((sum, { pid }) => sum + residentBytes(pid!), 0),
    stopClocks,
    stop: async () => {
      await stopClocks();
      for (const child of children) child.kill("SIGKILL");
      for (const lambda of lambdas) await lambda.stop();
      await wait(50);
      await Promise.all([sqs.stop(), invoke.stop()]);
      await remove();
    },
  };
}

/** A Lambda answers one event at a time. */
function inTurn({ invoke }: Lambda): Lambda["invoke"] {
  let last: Promise<unknown> = Promise.resolve();
  return (event, timeout) => {
    const answer = last.then(() => invoke(event, timeout));
    last = answer.catch(() => undefined);
    return answer;
  };
}

function residentBytes(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
