import { once } from "node:events";
import { Agent, get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ms, quantile, ratio } from "./figures.ts";
import { memoryOf } from "./start/memory.ts";
import { type Run, run, said } from "./start/run.ts";

// Measures `npm start` in an empty folder: from the start of the process until it answers, compared with a process that
// starts the same PostgreSQL and Redis and nothing else; until a first alert; the filling of the past, and searches
// meanwhile; and memory half a minute after the last request, compared with those two servers and the Node that started
// them, which idles. The last line has all figures.
const rounds = 3;
const agent = new Agent({ keepAlive: true });
let searched = 0;
const boot = fileURLToPath(new URL("../../local/boot.mjs", import.meta.url));
const bareFile = fileURLToPath(new URL("start/bare.ts", import.meta.url));

type Rounds = { bare: number[]; start: number[]; bareMemory: number[] };
const spent: Rounds = { bare: [], start: [], bareMemory: [] };

for (let round = 0; round < rounds; round++) {
  const bare = run([...process.execArgv, bareFile]);
  await said(bare, /^up$/m);
  spent.bare.push(performance.now() - bare.born);
  await wait(1_000);
  spent.bareMemory.push(memoryOf(bare.child.pid!));
  await bare.stop();
  if (round > 0) {
    const again = run([boot, "start", "--bare"]);
    await answers(again);
    spent.start.push(performance.now() - again.born);
    await again.stop();
  }
}

const product = run([boot, "start"]);
try {
  const api = await answers(product);
  spent.start.push(performance.now() - product.born);
  const up = performance.now();
  const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const firstAlert = await untilAlert(api, day).then((at) => at - product.born);
  const path = `/v1/flights?origin=LON&destination=BCN&departureDate=${day}&currency=GBP`;
  const isFilled = async () => ((await json(`${api}/health`)) as Health).past?.state === "filled";
  let peak = 0;
  const busy: number[] = [];
  let filled = await isFilled();
  const early = filled;
  while (!filled) {
    busy.push(...(await searches(`${api}${path}`, 10)));
    peak = Math.max(peak, memoryOf(product.child.pid!));
    filled = await isFilled();
  }
  const backfill = (performance.now() - up) / 1_000;
  if (early) throw new Error("The past was filled before a search could be measured.");
  await wait(6_000);
  const calm = await searches(`${api}${path}`, 60);
  // An idle connection to Postgres ends after 10 s, and V8 then gives back what it no longer needs.
  await wait(30_000);
  const memory = memoryOf(product.child.pid!);
  const bareMemory = quantile(spent.bareMemory, 0.5);
  console.log(`start: ${ms(quantile(spent.start, 0.5))}, the two servers alone ${ms(quantile(spent.bare, 0.5))}`);
  console.log(
    `searches: ${ms(quantile(calm, 0.5))}, while the past is filled ${ms(quantile(busy, 0.5))} (${busy.length})`,
  );
  console.log(`memory at rest: ${mb(memory)}, at most ${mb(peak)} while the past is filled, bare ${mb(bareMemory)}`);
  console.log(/The past of .*/.exec(product.output())?.[0]);
  console.log(
    JSON.stringify({
      start_per_bare: ratio(quantile(spent.start, 0.5), quantile(spent.bare, 0.5)),
      backfill_s: ratio(backfill, 1),
      first_alert_s: ratio(firstAlert, 1_000),
      rss_per_bare: ratio(memory, bareMemory),
      rss_filling_per_bare: ratio(peak, bareMemory),
      search_filling_per_calm: ratio(quantile(busy, 0.5), quantile(calm, 0.5)),
    }),
  );
} finally {
  await product.stop();
}

type Health = { past?: { state: string } };

/** Waits until `/health` answers 200, and returns the address. */
async function answers(started: Run): Promise<string> {
  const api = await said(started, /API +(\S+)/);
  while ((await fetch(`${api}/health`)).status !== 200) await once(started.child.stdout!, "data");
  return api;
}

/** Signs up, watches a fare below a target that it meets, and returns when there is an alert. */
async function untilAlert(api: string, departureDate: string): Promise<number> {
  const email = "ada@example.com";
  const person = { email, password: "a long enough secret", firstName: "Ada", lastName: "Example" };
  const { session } = (await json(`${api}/v1/auth/signup`, person)) as { session: { token: string } };
  const watch = { origin: "LON", destination: "BCN", departureDate, currency: "GBP", targetPrice: "900.00" };
  await json(`${api}/v1/watches`, watch, session.token);
  for (;;) {
    const { items } = (await json(`${api}/v1/alerts`, undefined, session.token)) as { items: object[] };
    if (items.length > 0) return performance.now();
    await wait(250);
  }
}

/** The waits (ms) of searches that are stored already, one after another, from addresses that no limit has met yet. */
async function searches(url: string, count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let index = 0; index < count; index++) {
    const localAddress = `127.0.1.${1 + (Math.floor(searched++ / 50) % 250)}`;
    const began = performance.now();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      get(url.replace("localhost", "127.0.0.1"), { agent, localAddress }, (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode));
      }).once("error", reject);
    });
    if (status !== 200) throw new Error(`a search was answered ${status}`);
    waits.push(performance.now() - began);
    await wait(40);
  }
  return waits;
}

async function json(url: string, body?: object, token = ""): Promise<unknown> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function mb(megabytes: number): string {
  return `${Math.round(megabytes)} MB`;
}
