import { mkdir, writeFile } from "node:fs/promises";
import { redis } from "@travel-conductor/core/base/cache";
import { hints } from "@travel-conductor/core/base/due";
import { authenticator } from "@travel-conductor/core/test/authenticator";
import { messages, request, tick } from "@travel-conductor/local/event";
import type { Lambda } from "@travel-conductor/local/lambda";
import { stripe } from "@travel-conductor/local/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { binaryFaults, digestsOf } from "../../packages/scripts/src/deploy/bundles.ts";
import { synth } from "../synth.ts";
import { path, secrets, startCloud } from "./cloud.ts";
import { allowed, elsewhere, used } from "./policies.ts";

const ada = { email: "ada@example.com", password: "nine small green boats", firstName: "Ada", lastName: "Ling" };
/** The timeout of the Lambdas that sweep (ms). */
const timeout = 270_000;
const paying = { STRIPE_KEY: stripe.key, STRIPE_PUBLIC_KEY: stripe.publicKey, STRIPE_URL: stripe.url };
const stop: (() => unknown)[] = [];

let made: Awaited<ReturnType<typeof synth>>;
let failed = false;
let cloud: Awaited<ReturnType<typeof startCloud>>;
let api: Lambda;
let sweep: Lambda;

// The bundles contain binaries for Linux.
describe.skipIf(process.platform !== "linux")("the bundles a deploy would upload", () => {
  beforeAll(async () => {
    made = await synth(process.arch === "arm64" ? "arm_64" : "x86_64");
    stop.push(made.remove);
    cloud = await startCloud(made.bundles);
    stop.push(cloud.stop);
    api = await cloud.start("api/lambda", [...secrets, "ALLOWED_ORIGINS"], paying);
    sweep = await cloud.start("cron/sweep");
  }, 120_000);
  afterEach(({ task }) => {
    failed ||= task.result?.state === "fail";
  });
  afterAll(async () => {
    for (const end of stop.reverse()) await end();
  });

  test("ask SSM once at start for their own secrets, ten in one request", async () => {
    const names = (bound: string[]) => bound.flatMap((name) => [path(name), path(name, ".fallback")]);
    expect(cloud.store.requests).toEqual([names([...secrets, "ALLOWED_ORIGINS"]), names(secrets)]);
    const spares = ["A", "B", "C"];
    await cloud.start("cron/sweep", [...secrets, ...spares]);
    const more = cloud.store.requests.slice(2).sort((a, b) => b.length - a.length);
    expect(more).toEqual([names([...secrets, ...spares]).slice(0, 10), names(spares).slice(-2)]);
  });

  test("serve a user from sign-up to the first alert", async () => {
    const { session } = await send(201, "POST", "/v1/auth/signup", { body: ada });
    const { token } = session;
    const departureDate = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    const criteria = { origin: "LHR", destination: "JFK", departureDate, currency: "GBP" };
    const found = await send(200, "GET", `/v1/flights?${new URLSearchParams(criteria)}`);
    expect(found.items.length).toBeGreaterThan(0);

    const body = { ...criteria, rules: { target: "90000.00" } };
    const watch = await send(201, "POST", "/v1/watches", { token, body, base64: true });
    expect(await sweep.invoke(tick(new Date()), timeout)).toMatchObject({ fares: 1, alerts: 1, failures: 0 });
    expect(await sweep.invoke(tick(new Date()), timeout)).toMatchObject({ fares: 0, alerts: 0, failures: 0 });

    const { items } = await send(200, "GET", "/v1/alerts", { token });
    const { currentPrice } = await send(200, "GET", `/v1/watches/${watch.id}`, { token });
    expect(items).toMatchObject([
      { watchId: watch.id, price: currentPrice, rules: ["target"], alreadyTrue: true, readAt: null },
    ]);
    const { readAt } = await send(200, "PATCH", `/v1/alerts/${items[0].id}`, { token, body: { read: true } });
    expect(Date.parse(readAt)).toBeGreaterThanOrEqual(Date.parse(items[0].at));

    // The secrets of this one's provider were never set.
    const bound = [...secrets, "DUFFEL_ACCESS_TOKEN", "FLIGHT_BUDGET_DUFFEL"];
    const carry = await cloud.start("cron/provider-counts", bound, { GATHER_MINUTES: "0" });
    const { counts } = (await carry.invoke(tick(new Date()))) as { counts: number };
    expect(counts).toBeGreaterThanOrEqual(4);

    await send(204, "POST", "/v1/auth/logout", { token });
    await send(401, "GET", "/v1/alerts", { token });
  });

  test("sell no made-up flights and price no watch unless the stage's settings name the simulator", async () => {
    const none = { FLIGHT_PROVIDER: undefined };
    const bare = await cloud.start("api/lambda", [...secrets, "ALLOWED_ORIGINS"], none);
    const departureDate = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    const query = new URLSearchParams({ origin: "LHR", destination: "JFK", departureDate }).toString();
    const answer = await bare.invoke(request("GET", `/v1/flights?${query}`));
    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "3600" } });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ code: "provider.missing" });
    const idle = await cloud.start("cron/sweep", secrets, none);
    expect(await idle.invoke(tick(new Date()), timeout)).toMatchObject({ fares: 0, due: 0 });
    expect(idle.output()).toContain("no provider: no watch is priced");
    expect(idle.output()).toContain("ProviderMissing");
  });

  test("send the verification link, export a user's data, delete the account and clean up", async () => {
    const { session } = await send(201, "POST", "/v1/auth/signup", { body: { ...ada, email: "bea@example.com" } });
    const deliver = await cloud.start("hurried/deliver", [...secrets, "MAIL_FROM", "APP_URL"]);
    const prepare = await cloud.start("hurried/export", secrets);
    const clean = await cloud.start("cron/clean", secrets);
    const link = async (path: string) => {
      expect(await deliver.invoke({ message: {} })).toMatchObject({ delayed: 0, failed: 0 });
      const { text = "" } = cloud.ses.mailbox.find(({ to }) => to[0] === "bea@example.com") ?? {};
      const [, rest = ""] = text.split(`https://app.example.com${path}`);
      return rest.split("\n")[0] ?? "";
    };
    await send(204, "POST", "/v1/auth/verify", { body: { token: await link("/verify#token=") } });
    expect(await send(200, "GET", "/v1/me", session)).toMatchObject({ user: { emailVerified: true } });

    await send(202, "POST", "/v1/me/export", session);
    expect(await prepare.invoke({ message: {} })).toEqual({ exports: 1 });
    const [id, token] = (await link("/account/export/")).split("#");
    const exported = await send(200, "GET", `/v1/me/export/${id}?${token}`, session);
    expect(exported.users).toMatchObject([{ email: "bea@example.com" }]);

    // The code that checks passkeys is loaded at its first use, and the secret for codes of apps was never set.
    const device = authenticator();
    const toAdd = await send(200, "POST", "/v1/me/factors/passkeys/options", session);
    const body = { name: "This one", credential: device.create(toAdd) };
    await send(201, "POST", "/v1/me/factors/passkeys", { ...session, body });
    const credential = device.get(await send(200, "POST", "/v1/auth/passkey/options"));
    const signed = await send(200, "POST", "/v1/auth/passkey", { body: { credential } });
    expect(signed.user.email).toBe("bea@example.com");
    await send(503, "POST", "/v1/me/factors/totp", session);

    // So is the package of Stripe.
    const setup = await send(200, "POST", "/v1/payment-methods/setup", session);
    stripe.enterCard(setup.id);
    await send(200, "POST", `/v1/payment-methods/setup/${setup.id}/finish`, session);
    const removing = await cloud.start("hurried/cards", secrets, paying);

    await send(204, "DELETE", "/v1/me", session);
    expect(await removing.invoke({ message: {} })).toEqual({ removed: 1, failed: 0 });
    expect(stripe.state.customers).toEqual({});
    await send(401, "GET", "/v1/me", session);
    expect(await link("")).toBe("");
    expect(cloud.ses.mailbox[0]).toMatchObject({ to: ["bea@example.com"], subject: "Your account was deleted" });
    expect(await clean.invoke(tick(new Date()))).toMatchObject({ sessions: 0, messages: 0 });
    for (const { output } of [deliver, prepare, clean, removing]) expect(output()).not.toMatch(/example\.com|token/);
  });

  test("call what is due, each minute", async () => {
    const { deliver, book, export: exporting, cards } = cloud.invoke.lambdas;
    for (const each of [deliver, book, exporting, cards]) each.take();
    await redis.flushall();
    const wake = await cloud.start("cron/wake", secrets);
    expect(await wake.invoke(tick(new Date()))).toEqual({ due: ["messages", "bookings", "exports", "cards"] });
    for (const each of [deliver, book, exporting, cards]) expect(each.take()).toMatchObject([{ message: {} }]);
    await hints.messages.noteNext(null, null, new Date());
    expect(await wake.invoke(tick(new Date()))).toEqual({ due: ["bookings", "exports", "cards"] });
  });

  test("show a stale search at once, renew it from its ticket, and report an invalid message as failed", async () => {
    const departureDate = new Date(Date.now() + 50 * 86_400_000).toISOString().slice(0, 10);
    const path = `/v1/flights?origin=LHR&destination=LIS&departureDate=${departureDate}`;
    expect(await send(200, "GET", path)).toMatchObject({ freshness: "fresh" });
    await age();
    const { freshness, searchedAt } = await send(200, "GET", path);
    expect(freshness).toBe("stale");
    const [ticket] = cloud.sqs.queues.refresh.receive(10);
    const refresh = await cloud.start("queue/refresh", secrets);
    const event = messages(ticket?.Body ?? "", "{}");
    expect(await refresh.invoke(event)).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[1]?.messageId }],
    });
    const renewed = await send(200, "GET", path);
    expect(renewed.freshness).toBe("cached");
    expect(renewed.searchedAt > searchedAt).toBe(true);
  });

  test("serve the files beside the routes", async () => {
    expect((await send(200, "GET", "/openapi.json")).openapi).toMatch(/^3\.1/);
    expect(await send(200, "GET", "/docs")).toContain("swagger-ui-bundle.js");
    expect((await send(200, "GET", "/docs/swagger-ui-bundle.js")).length).toBeGreaterThan(1_000_000);
    expect((await send(200, "GET", "/docs/swagger-ui.css")).length).toBeGreaterThan(100_000);
    expect(await send(200, "GET", "/docs/changelog")).toContain("<h1>Changes of the API</h1>");
    await send(404, "GET", "/docs/package.json");
    await send(200, "GET", "/health");
  });

  test("log a failure with its request id, and no user input or secret", async () => {
    const cut = await cloud.start("api/lambda", secrets, { DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:1/" });
    const { statusCode, body = "" } = (await cut.invoke(request("POST", "/v1/auth/signup", { body: ada }))) as Answer;
    expect(statusCode).toBe(503);
    expect(cut.output()).toContain(JSON.parse(body).requestId);
    const log = api.output() + sweep.output() + cut.output();
    const secret = process.env.UPSTASH_REDIS_REST_TOKEN ?? "";
    for (const word of [...Object.values(ada), "192.0.2.17", secret]) expect(log).not.toContain(word);
  });

  test("mail no alarm where the deploy named no address", () => {
    made.templates.alarms?.resourceCountIs("AWS::SNS::Topic", 1);
    made.templates.alarms?.resourceCountIs("AWS::SNS::Subscription", 0);
  });

  test("use no permission that their policies lack, and have none that nothing uses", () => {
    const may = allowed(made);
    const did = used();
    expect(Object.keys(did).length).toBeGreaterThan(7);
    for (const [bundle, actions] of Object.entries(did)) {
      expect([bundle, actions.filter((action) => !may[bundle]?.includes(action))]).toEqual([bundle, []]);
    }
    const unused = Object.entries(may).flatMap(([bundle, all]) => all.filter((one) => !did[bundle]?.includes(one)));
    expect([...new Set(unused)].filter((one) => !Object.hasOwn(elsewhere, one))).toEqual([]);
    for (const each of ["hurried/deliver", "cron/wake"]) expect(did[each]).toEqual(may[each]);
  });

  test("do not start when a secret was never set, and name it", async () => {
    const started = cloud.start("cron/sweep", ["DATABASE_URL", "UPSTASH_REDIS_REST_URL"]);
    await expect(started).rejects.toThrow("UPSTASH_REDIS_REST_TOKEN");
  });

  test("are those that a deploy accepts, when all of this passed", async () => {
    expect(failed).toBe(false);
    const folder = new URL("../../.sst/", import.meta.url);
    await mkdir(folder, { recursive: true });
    await writeFile(new URL("tested.json", folder), JSON.stringify(await digestsOf(made.assembly), null, 2));
    expect(await binaryFaults(made.assembly)).toEqual([]);
  });
});

/** Sends a request through the API's bundle, expects a status, and returns the body: parsed, if it is JSON. */
async function send(status: number, ...[method, path, more]: Parameters<typeof request>) {
  const answer = (await api.invoke(request(method, path, more))) as Answer;
  const body = Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8").toString();
  expect(`${answer.statusCode} ${answer.statusCode === status ? "" : body}`).toBe(`${status} `);
  return /json/.test(answer.headers["content-type"] ?? "") ? JSON.parse(body) : body;
}

/** Makes every stored search one that has just stopped being fresh. */
async function age(): Promise<void> {
  const lua =
    "for _, key in ipairs(redis.call('keys', 'flight:*')) do redis.call('hset', key, 'at', ARGV[1], 'until', ARGV[1]) end";
  const { UPSTASH_REDIS_REST_URL = "", UPSTASH_REDIS_REST_TOKEN = "" } = process.env;
  const { ok } = await fetch(UPSTASH_REDIS_REST_URL, {
    method: "POST",
    headers: { authorization: `Bearer ${UPSTASH_REDIS_REST_TOKEN}` },
    body: JSON.stringify(["EVAL", lua, 0, new Date().toISOString()]),
  });
  expect(ok).toBe(true);
}

type Answer = { statusCode: number; headers: Record<string, string>; body?: string; isBase64Encoded?: boolean };
