import { direct } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import { ended, run, up } from "./support/run.ts";

vi.setConfig({ testTimeout: 240_000 });

const hour = 3_600_000;
const json = { "content-type": "application/json" };
const password = "nine small green boats";

/** What `/health` says of product time. */
async function productTime(api: string): Promise<{ now: number; speed: string }> {
  const { productTime } = (await (await fetch(`${api}/health`)).json()) as { productTime: Record<string, string> };
  return { now: Date.parse(productTime.now!), speed: productTime.speed! };
}

/** What the answers have of what is looked at here: a watch, and lists of alerts and of checks. */
type Amount = { amount: string };
type Item = { at: string; watchId: string; rules: string[]; price: Amount; previousPrice: Amount };
type Body = { id: string; items: Item[] };

/** Signs a person up, and returns how to ask the API as that person. */
async function person(api: string) {
  const ada = { email: `ada.${Math.random()}@example.com`, password, firstName: "Ada", lastName: "Ling" };
  const answer = await fetch(`${api}/v1/auth/signup`, { method: "POST", headers: json, body: JSON.stringify(ada) });
  expect(answer.status).toBe(201);
  const { session } = (await answer.json()) as { session: { token: string } };
  return async (method: string, path: string, body?: object) => {
    const headers = { ...json, authorization: `Bearer ${session.token}` };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const reply = await fetch(`${api}/v1${path}`, init);
    return { status: reply.status, body: (await reply.json()) as Body };
  };
}

test("a person's own watch shows a price move, a drop alert and a second one within two minutes", async () => {
  const { child, output } = run(["start", "--fresh", "--bare", "--speed", "1d/s"]);
  const { api } = await up({ child, output });
  const begun = await productTime(api);
  expect(begun.speed).toBe("1d/s");
  const ask = await person(api);
  const departureDate = new Date(begun.now + 120 * 24 * hour).toISOString().slice(0, 10);
  const wish = { origin: "LHR", destination: "JFK", departureDate, currency: "GBP", alertThreshold: 0.05 };
  const { status, body: watch } = await ask("POST", "/watches", wish);
  expect(status).toBe(201);

  const drops = async () => {
    const { body } = await ask("GET", "/alerts?limit=100");
    return body.items.filter(({ rules }) => rules.includes("drop"));
  };
  await expect.poll(async () => (await drops()).length, { timeout: 120_000, interval: 1_000 }).toBeGreaterThan(1);
  for (const { at, watchId, price, previousPrice } of await drops()) {
    expect(watchId).toBe(watch.id);
    expect(Number(price.amount)).toBeLessThan(Number(previousPrice.amount));
    expect(Date.parse(at)).toBeGreaterThan(begun.now);
  }
  const { body: history } = await ask("GET", `/watches/${watch.id}/history`);
  const prices = new Set(history.items.map(({ price }) => price?.amount));
  expect(prices.size).toBeGreaterThan(2);

  // A session lasts 30 days of real time without use, and product time has passed more.
  await expect
    .poll(async () => (await productTime(api)).now, { timeout: 120_000, interval: 1_000 })
    .toBeGreaterThan(begun.now + 31 * 24 * hour);
  expect((await ask("GET", "/me")).status).toBe(200);
  expect(output()).not.toContain("failed");
  expect(await ended(child, "SIGINT")).toBe(0);
});

test("pages and /health say how fast product time runs, and a later start goes on from it, also after a kill", async () => {
  const first = run(["start", "--fresh", "--bare", "--speed", "1h/s"]);
  const { api } = await up(first);
  const [one, passed] = [await productTime(api), performance.now()];
  expect(one.speed).toBe("1h/s");
  await expect.poll(async () => (await productTime(api)).now, { interval: 500 }).toBeGreaterThan(one.now + hour / 2);
  const most = 3_600 * (performance.now() - passed + 100);
  const two = await productTime(api);
  expect(two.now - one.now).toBeLessThan(most + 3_600 * 1_000);
  for (const path of ["/docs", "/docs/problems", "/docs/problems/alert.missing", "/outbox", "/outbox/none"]) {
    const answer = await fetch(`${api}${path}`, { headers: { "accept-encoding": "gzip" } });
    expect(await answer.text(), path).toMatch(/<p role="status">Product time runs at 1h\/s: it is <time datetime="20/);
    expect(answer.headers.get("cache-control"), path).toBe("no-store");
  }
  const document = await fetch(`${api}/openapi.json`);
  expect(await document.text()).not.toMatch(/product time/i);
  await ended(first.child, "SIGKILL");

  const plain = run(["start"]);
  expect(await ended(plain.child)).toBe(1);
  expect(plain.output()).toMatch(
    /^Product time of this data has been turned on to \S+Z: go on with npm start -- --speed 1h\/s, or begin anew with npm start -- --fresh\.\n$/,
  );

  const later = run(["start", "--bare", "--speed=1s/s"]);
  const again = await productTime((await up(later)).api);
  expect(again.speed).toBe("1s/s");
  expect(again.now).toBeGreaterThan(two.now);
  expect(again.now).toBeLessThan(two.now + 24 * hour);
  expect(await ended(later.child, "SIGINT")).toBe(0);

  const fresh = run(["start", "--fresh", "--bare"]);
  const { api: bare } = await up(fresh);
  expect(await (await fetch(`${bare}/health`)).json()).toEqual({ status: "ok", mail: null });
  expect(await (await fetch(`${bare}/outbox`)).text()).not.toContain("Product time");
  expect(await ended(fresh.child, "SIGINT")).toBe(0);
});

test.each([
  [
    ["--speed", "fast"],
    {},
    "--speed is how much product time passes in a second, from 1s/s to 1d/s, such as 1h/s, not fast",
  ],
  [["--speed", "0h/s"], {}, "not 0h/s"],
  [["--speed", "2d/s"], {}, "not 2d/s"],
  [["--speed"], {}, "--speed"],
  [["--speed", "1h/s"], { DATABASE_URL: direct.postgres }, "not for the one DATABASE_URL names"],
  [["--speed", "1h/s"], { DUFFEL_ACCESS_TOKEN: "duffel_test_x" }, "set FLIGHT_PROVIDER=simulator with it"],
])("explains why it does not start with %j and %j", async (args, environment, message) => {
  const { child, output } = run(["start", ...args], environment);
  expect(await ended(child)).toBe(1);
  expect(output()).toContain(message);
  expect(output()).not.toMatch(/^ +at /m);
});
