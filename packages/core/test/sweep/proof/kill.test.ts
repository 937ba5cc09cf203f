import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as a from "../../support/factory.ts";
import { type PostgresProxy, startProxy } from "../../support/proof/proxy.ts";
import { type Act, performActs, scene } from "../../support/proof/scene.ts";
import { dumpRows, expireLeases, saveSnapshot } from "../../support/proof/snapshot.ts";

/**
 * The acts in which a worker is killed: sweeps that alert, fail and take a price back, a change, and a check on demand.
 */
const [from, to] = [10, 14];

let people: [string, string];
let acts: Act[] = [];
let undisturbed: string[] = [];
let again: () => Promise<void>;
let gate: PostgresProxy;

/** The number of the request whose answer the proxy holds back, and a promise for its arrival. */
let hold: { place: number; held: () => void } = { place: 0, held: () => undefined };

beforeAll(async () => {
  people = [await a.user(), await a.user()];
  acts = scene(...people);
  await performActs(acts.slice(0, from));
  again = await saveSnapshot();
  await performActs(acts.slice(from, to));
  undisturbed = await dumpRows();
  gate = await startProxy({
    back: (n) => {
      if (n !== hold.place) return true;
      hold.held();
      return new Promise<never>(() => undefined);
    },
  });
});

afterAll(() => gate.stop());

function start(): ChildProcess {
  return fork(fileURLToPath(new URL("../../support/proof/process.ts", import.meta.url)), people, {
    // The folder from which tsx can be imported.
    cwd: fileURLToPath(new URL("../../../../local", import.meta.url)),
    execArgv: ["--import", "tsx"],
    env: { ...process.env, DATABASE_HTTP_ENDPOINT: gate.url },
  });
}

/**
 * Has a worker perform the acts and kills it when Postgres has executed the request with that number; returns the first
 * act not done.
 */
async function die(worker: ChildProcess, place: number): Promise<number> {
  await again();
  let done = from;
  worker.on("message", (said: { done: number }) => {
    done = said.done + 1;
  });
  const gone = once(worker, "exit");
  const held = new Promise<void>((resolve) => {
    hold = { place: gate.passed() + place, held: resolve };
  });
  worker.send({ from, to });
  await Promise.race([gone, held]);
  worker.kill("SIGKILL");
  await gone;
  // A claim that Postgres executed after expireLeases would still hold its fares.
  await gate.settle();
  return done;
}

async function ready(worker: ChildProcess): Promise<ChildProcess> {
  await once(worker, "message");
  return worker;
}

test("a worker may be killed between any two statements, and another one continues", { timeout: 120_000 }, async () => {
  let next = ready(start());
  let place = 0;
  for (let done = from; done < to; ) {
    const worker = await next;
    next = ready(start());
    done = await die(worker, ++place);
    await expireLeases();
    await performActs(acts.slice(done, to));
    expect(await dumpRows(), `killed after statement ${place}`).toEqual(undisturbed);
  }
  (await next).kill("SIGKILL");
  expect(place).toBeGreaterThan(15);
});
