import { Agent, request as send } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { quantile } from "../figures.ts";
import type { Act, Action } from "./mix.ts";

/**
 * One request: the moment at which it was to be sent (ms, by performance.now), the time from that moment to the whole
 * answer (ms), and its status; 0 where no answer came.
 */
export type Sample = { action: Action; due: number; took: number; status: number; code: string };

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });
/** The time (ms) that a person waits for an answer. */
const patience = 30_000;

/**
 * Sends requests for `seconds` at moments of a Poisson process, `rate` a second on average, whether or not earlier ones
 * were answered. A request that is sent late, because this process was busy, counts from the moment at which it was to
 * be sent.
 */
export async function drive(
  ports: number[],
  next: () => Act,
  dice: () => number,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<Sample[]> {
  const answers: Promise<Sample>[] = [];
  const end = performance.now() + seconds * 1_000;
  let due = performance.now();
  while (true) {
    due += (-Math.log(1 - dice()) / rate) * 1_000;
    if (due >= end) break;
    const early = due - performance.now();
    if (early > 0) await wait(early);
    answers.push(one(ports[answers.length % ports.length]!, next(), due));
  }
  return Promise.all(answers);
}

async function one(port: number, { action, event, noteAnswer }: Act, due: number): Promise<Sample> {
  const { status, body } = await post(port, event);
  const took = performance.now() - due;
  if (status >= 200 && status < 300) noteAnswer?.(body);
  return { action, due, took, status, code: status < 400 ? "" : codeOf(body) };
}

/** Hands an event to a process of the API. The status is 0 where no answer comes. */
export function post(port: number, event: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const fail = () => resolve({ status: 0, body: "" });
    const sent = send({ host: "127.0.0.1", port, method: "POST", agent, timeout: patience }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", fail);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", fail).on("timeout", () => sent.destroy());
    sent.end(JSON.stringify(event));
  });
}

/** The code of a problem, without the words before its dot, or what API Gateway says. */
function codeOf(body: string): string {
  const [, code = "gateway"] = /"code":"([a-z_.]+)"/.exec(body) ?? [];
  return code;
}

/**
 * Tells whether an answer is a refusal by design: limits (429), too many requests at once (503), a rule (409), a
 * provider that does not answer (502 and 504 of searches).
 */
function isRefusal({ status, code }: Sample): boolean {
  return [409, 429, 503].includes(status) || code.startsWith("flight.");
}

/** What requests took (ms), and how many were refused by design or failed, by kind. */
export type Summary = {
  count: number;
  p50: number;
  p99: number;
  refused: number;
  faults: number;
  kinds: Map<string, number>;
};

/** Times are those of answers below 400: a refusal is fast. */
export function summarise(samples: Sample[]): Summary {
  const good = samples.filter(({ status }) => status > 0 && status < 400);
  const bad = samples.filter(({ status }) => status === 0 || status >= 400);
  const kinds = new Map<string, number>();
  for (const { status, code } of bad) {
    const kind = status === 0 ? "no answer" : `${status} ${code}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const refused = bad.filter(isRefusal).length;
  const times = good.map(({ took }) => took);
  return {
    count: samples.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    refused,
    faults: bad.length - refused,
    kinds,
  };
}

/** Prints a table by action, and the errors by kind. */
export function print(title: string, samples: Sample[]): Summary {
  const total = summarise(samples);
  console.log(`${title}: ${total.count} requests, p50 ${total.p50.toFixed(0)} ms, p99 ${total.p99.toFixed(0)} ms`);
  for (const action of new Set(samples.map((sample) => sample.action))) {
    const { count, p50, p99, refused, faults } = summarise(samples.filter((sample) => sample.action === action));
    const cells = [p50.toFixed(0), p99.toFixed(0), refused, faults].map((cell) => String(cell).padStart(7));
    console.log(`  ${action.padEnd(15)}${String(count).padStart(7)}${cells.join("")}`);
  }
  const kinds = [...total.kinds].map(([kind, count]) => `${kind}: ${count}`).join(", ");
  if (kinds) console.log(`  ${kinds}`);
  return total;
}
