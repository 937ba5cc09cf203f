import { afterAll, beforeAll, expect, test } from "vitest";
import { request, tick } from "./event.ts";
import { type Lambda, load } from "./lambda.ts";
import { ssm } from "./ssm.ts";
import { type Bundle, synth } from "./synth.ts";

/** The bundles carry binaries for Linux: elsewhere there is nothing to load them with. */
const run = test.skipIf(process.platform !== "linux");
const secrets = ["DATABASE_URL", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"];
const path = (name: string, place = "test") => `/sst/travel-conductor/${place}/Secret/${name}/value`;
const stop: (() => unknown)[] = [];

let bundles: Record<string, Bundle>;
let store: Awaited<ReturnType<typeof ssm>>;
let api: Lambda;
let sweep: Lambda;

beforeAll(async () => {
  const made = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
  stop.push(made.remove);
  bundles = made.bundles;
  const [DATABASE_URL = "", ...redis] = secrets.map((name) => process.env[name] ?? "");
  store = await ssm({
    [path("DATABASE_URL")]: DATABASE_URL,
    [path("DATABASE_URL", ".fallback")]: "postgresql://another.example.com/stage",
    [path("UPSTASH_REDIS_REST_URL", ".fallback")]: redis[0] ?? "",
    [path("UPSTASH_REDIS_REST_TOKEN")]: redis[1] ?? "",
  });
  stop.push(store.stop);
  api = await start("api/lambda", [...secrets, "ALLOWED_ORIGINS"]);
  sweep = await start("cron/sweep", secrets);
}, 120_000);
afterAll(async () => {
  for (const end of stop.reverse()) await end();
});

run("from sign-up to the alert, through the bundles", async () => {
  const { session } = await send(201, "POST", "/v1/auth/signup", {
    body: { email: "ada@example.com", password: "nine small green boats", firstName: "Ada", lastName: "Ling" },
  });
  const { token } = session;
  const departureDate = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
  const found = await send(
    200,
    "GET",
    `/v1/flights?origin=LHR&destination=JFK&departureDate=${departureDate}&currency=GBP`,
  );
  expect(found.items.length).toBeGreaterThan(0);

  const watch = await send(201, "POST", "/v1/watches", {
    token,
    base64: true,
    body: { origin: "LHR", destination: "JFK", departureDate, currency: "GBP", targetPrice: "90000.00" },
  });
  expect(await sweep.invoke(tick(new Date()))).toMatchObject({ fares: 1, alerts: 1, failures: 0 });
  expect(await sweep.invoke(tick(new Date()))).toMatchObject({ fares: 0, alerts: 0 });

  const { items } = await send(200, "GET", "/v1/alerts", { token });
  expect(items).toMatchObject([{ watchId: watch.id, rules: ["target"], alreadyTrue: true, readAt: null }]);
  const { currentPrice } = await send(200, "GET", `/v1/watches/${watch.id}`, { token });
  expect(items[0].price).toEqual(currentPrice);
  const { readAt } = await send(200, "PATCH", `/v1/alerts/${items[0].id}`, { token, body: { read: true } });
  expect(Date.parse(readAt)).toBeGreaterThan(Date.now() - 60_000);

  await send(204, "POST", "/v1/auth/logout", { token });
  await send(401, "GET", "/v1/alerts", { token });
});

run("what stands beside the routes works from the bundle too", async () => {
  expect((await send(200, "GET", "/openapi.json")).openapi).toMatch(/^3\.1/);
  expect(await send(200, "GET", "/docs")).toContain("swagger-ui-bundle.js");
  expect((await send(200, "GET", "/docs/swagger-ui-bundle.js")).length).toBeGreaterThan(1_000_000);
  expect((await send(200, "GET", "/docs/swagger-ui.css")).length).toBeGreaterThan(100_000);
  await send(404, "GET", "/docs/package.json");
  await send(200, "GET", "/health");
});

run("a start asks SSM once, for what it is bound to, and by tens when that is more", async () => {
  const names = (bound: string[]) => bound.flatMap((name) => [path(name), path(name, ".fallback")]);
  expect(store.asked).toEqual([names([...secrets, "ALLOWED_ORIGINS"]), names(secrets)]);
  await start("cron/sweep", [...secrets, "A", "B", "C"]);
  expect(
    store.asked
      .slice(2)
      .map(({ length }) => length)
      .sort(),
  ).toEqual([10, 2]);
});

run("nothing a person said or a secret holds is in the log", () => {
  const log = api.output() + sweep.output();
  const token = process.env.UPSTASH_REDIS_REST_TOKEN ?? "";
  for (const word of ["ada@example.com", "Ling", "nine small", "192.0.2.17", token]) expect(log).not.toContain(word);
});

run("a Lambda whose secrets were never set does not start, and says which", async () => {
  await expect(start("cron/sweep", ["DATABASE_URL", "UPSTASH_REDIS_REST_URL"])).rejects.toThrow(
    "UPSTASH_REDIS_REST_TOKEN",
  );
});

async function start(bundle: string, bound: string[]): Promise<Lambda> {
  const lambda = await load(bundles[bundle] as Bundle, {
    SST_APP: "travel-conductor",
    SST_STAGE: "test",
    SST_SSM_PREFIX: "/sst/travel-conductor/test/",
    ...Object.fromEntries(bound.map((name) => [`SST_Secret_value_${name}`, "__FETCH_FROM_SSM__"])),
    AWS_ENDPOINT_URL_SSM: store.url,
    DATABASE_HTTP_ENDPOINT: process.env.DATABASE_HTTP_ENDPOINT ?? "",
  });
  stop.push(lambda.stop);
  return lambda;
}

/** Sends a request through the API's bundle, holds the answer to a status, and gives its body: parsed, if it is JSON. */
async function send(status: number, ...[method, path, more]: Parameters<typeof request>) {
  const answer = (await api.invoke(request(method, path, more))) as Answer;
  const body = Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8").toString();
  expect(`${answer.statusCode} ${answer.statusCode === status ? "" : body}`).toBe(`${status} `);
  return /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(body) : body;
}

type Answer = { statusCode: number; headers: Record<string, string>; body?: string; isBase64Encoded?: boolean };
