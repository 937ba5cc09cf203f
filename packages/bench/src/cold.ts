import { request } from "@travel-conductor/local/event";
import { serve } from "@travel-conductor/local/http";
import { load } from "@travel-conductor/local/lambda";
import { Function as Lambda, type StackContext } from "sst/constructs";
import { api } from "../../../stacks/api.ts";
import { flights } from "../../../stacks/flights.ts";
import { architecture, lambda } from "../../../stacks/lambda.ts";
import { secrets } from "../../../stacks/secrets.ts";
import { synth } from "../../../stacks/synth.ts";
import { vault } from "../../../stacks/vault.ts";

// Measures the time from the start of a process to the answer of its first signed-in search, which is stored already.
// Compares the API's bundle as it would be deployed, the bare handler's bundle, and a bundle of the same API that
// imports every module at the top. Measured in turn.
const rounds = 15;
const names = ["api/lambda", "cold/alone", "cold/naive"] as const;
const { DATABASE_URL = "", DATABASE_HTTP_ENDPOINT = "", UPSTASH_REDIS_REST_URL: redis = "", ...given } = process.env;
const { UPSTASH_REDIS_REST_TOKEN = "" } = given;
const stores = { DATABASE_URL, DATABASE_HTTP_ENDPOINT, UPSTASH_REDIS_REST_URL: redis, UPSTASH_REDIS_REST_TOKEN };

const departureDate = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
const criteria = { origin: "LHR", destination: "JFK", departureDate, currency: "GBP" };
const ada = { email: "ada@example.com", password: "nine small green boats", firstName: "Ada", lastName: "Ling" };

const { bundles, remove } = await synth(process.arch === "arm64" ? "arm_64" : "x86_64", async (app) => {
  await app.stack(secrets).stack(vault).stack(flights).stack(api);
  app.stack(others);
});
const recorder = await startRecorder();
const warm = await start(names[0], stores);
try {
  const { session } = JSON.parse(await warm.ask(request("POST", "/v1/auth/signup", { body: ada })));
  const search = request("GET", `/v1/flights?${new URLSearchParams(criteria)}`, session);
  await warm.ask(search);
  const { body: BENCH_ANSWER } = await first(names[0], { ...stores, UPSTASH_REDIS_REST_URL: recorder.url });
  const environment = { ...stores, BENCH_ANSWER, BENCH_COMMANDS: recorder.last() };

  const spent = names.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const turn of names.keys()) {
      const index = (turn + round) % names.length;
      const { body, took } = await first(names[index]!, environment);
      if (body !== BENCH_ANSWER) throw new Error(`${names[index]} answered something else: ${body}`);
      spent[index]!.push(took);
    }
  }
  const [product, bare, naive] = spent.map((times) => times.sort((a, b) => a - b)[rounds >> 1]!) as [
    number,
    number,
    number,
  ];
  for (const [index, time] of [product, bare, naive].entries()) {
    const { start, later } = bundles[names[index]!]!;
    console.log(
      `${names[index]}: ${time.toFixed(1)} ms; ${kb(start.bytes)} kB at the start, ${kb(later.bytes)} kB later`,
    );
  }
  const figures = [kb(bundles[names[0]]!.start.bytes), product / bare, product / naive];
  const [bundle_kb, cold_per_bare, cold_per_naive] = figures.map((figure) => Math.round(figure * 1000) / 1000);
  console.log(JSON.stringify({ bundle_kb, cold_per_bare, cold_per_naive }));

  /** Returns the first answer of a new process, and the time from its start (ms). */
  async function first(name: string, environment: Record<string, string>) {
    // Redis keeps a session for a minute after it was read from Postgres.
    await warm.ask(request("GET", "/v1/me", session));
    const { born, ask, stop } = await start(name, environment);
    const body = await ask(search);
    const took = performance.now() - born;
    await stop();
    return { body, took };
  }
} finally {
  await warm.stop();
  await recorder.stop();
  await remove();
}

/** The handlers to compare the API's with, built like all our Lambdas. */
function others({ stack }: StackContext) {
  const props = { timeout: "29 seconds" as const, memorySize: "1024 MB" as const, bind: [] } satisfies Partial<
    Parameters<typeof lambda>[2]
  >;
  const machine = architecture(stack) === "arm_64" ? "arm64" : "x64";
  const install = ["argon2", "bcrypt"].flatMap((name) => [`@node-rs/${name}`, `@node-rs/${name}-linux-${machine}-gnu`]);
  new Lambda(stack, "bare", lambda(stack, "bare", { ...props, handler: "packages/bench/src/cold/alone.handler" }));
  const handler = "packages/bench/src/cold/naive.handler";
  new Lambda(stack, "naive", lambda(stack, "naive", { ...props, handler, install }));
}

async function start(name: string, environment: Record<string, string>) {
  const { invoke, ...process } = await load(bundles[name]!, environment);
  const ask = async (event: object): Promise<string> => {
    const { statusCode, body } = (await invoke(event)) as { statusCode: number; body: string };
    if (statusCode > 201) throw new Error(`${name} answered ${statusCode}: ${body}`);
    return body;
  };
  return { ...process, ask };
}

/** A gateway to Redis that records the last request. */
async function startRecorder() {
  let lastBody = "";
  const { url, stop } = await serve(async ({ url, headers: { authorization = "" } }, body) => {
    lastBody = body.toString();
    const response = await fetch(`${redis}${url}`, { method: "POST", headers: { authorization }, body: lastBody });
    return { status: response.status, body: await response.text() };
  }, 1_000_000);
  return { url, stop, last: () => lastBody };
}

function kb(bytes: number): number {
  return Math.round(bytes / 100) / 10;
}
