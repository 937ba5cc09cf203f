import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as a from "@travel-conductor/core/test/factory";
import { startDuffel } from "@travel-conductor/local/duffel";
import { tick } from "@travel-conductor/local/event";
import type { Lambda } from "@travel-conductor/local/lambda";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { secrets as secretStack } from "../secrets.ts";
import { synth } from "../synth.ts";
import { watcher } from "../watcher.ts";
import { path, secrets, startCloud } from "./cloud.ts";

/** The timeout of a Lambda that sweeps, and of one that has a second left to begin something new (ms). */
const [timeout, shortTimeout] = [270_000, 31_000];
const ticket = { message: { at: new Date().toISOString() } };
const duffelSecrets = [...secrets, "DUFFEL_ACCESS_TOKEN", "DUFFEL_CURRENCY"];
const budgetSecrets = [...duffelSecrets, "FLIGHT_BUDGET_DUFFEL"];

let made: Awaited<ReturnType<typeof synth>>;
let cloud: Awaited<ReturnType<typeof startCloud>>;
let fake: Awaited<ReturnType<typeof startDuffel>>;

describe.skipIf(process.platform !== "linux")("Lambdas that share a sweep", () => {
  beforeAll(async () => {
    made = await synth(process.arch === "arm64" ? "arm_64" : "x86_64", (app) => {
      app.stack(secretStack).stack(watcher);
    });
    fake = await startDuffel("GBP");
  }, 120_000);
  afterAll(async () => {
    await fake.stop();
    await made.remove();
  });
  beforeEach(async () => {
    fake.heal();
    fake.rate.limit = fake.rate.remaining = 1_000_000;
    await redis.flushall();
    await sql`truncate fare_keys, price_watches, provider_days cascade`;
    cloud = await startCloud(made.bundles, {
      [path("DUFFEL_ACCESS_TOKEN")]: fake.token,
      [path("DUFFEL_CURRENCY")]: "GBP",
      [path("FLIGHT_BUDGET_DUFFEL")]: "100",
    });
  });
  afterEach(() => cloud.stop());

  test("help when a sweep is too large for one, and price each fare once", async () => {
    await due(2_300);
    const sweep = await cloud.start("cron/sweep");
    const one = await helper(secrets);
    const serving = cloud.invoke.lambdas.help.serve((call) => one.invoke(call, timeout));
    const report = (await sweep.invoke(tick(new Date()), timeout)) as { fares: number };
    await serving.stop();
    expect(report).toMatchObject({ due: 2_300, tickets: 1 });
    expect(pricedByHelper(one)).toBeGreaterThan(0);
    expect(report.fares + (pricedByHelper(one) ?? 0)).toBe(2_300);
    expect(await priced()).toEqual({ observations: 2_300, fares: 2_300 });
  }, 120_000);

  test("make together no more provider calls than the budget allows", async () => {
    await due(2_400, 1);
    const helpers = await Promise.all([1, 2, 3].map(() => helper(budgetSecrets)));
    await Promise.all(helpers.map((one) => one.invoke(ticket, timeout)));
    expect(helpers.map(pricedByHelper)).toEqual(helpers.map(() => expect.any(Number)));
    expect(helpers.filter((one) => (pricedByHelper(one) ?? 0) > 0).length).toBeGreaterThan(1);
    expect(await priced()).toEqual({ observations: 2_400, fares: 2_400 });
    const [limited] = await sql`select count(*)::int as fares from price_observations where status = 'rate_limited'`;
    // Half of a hundred, spread evenly over the month with one day's share in advance, and one more for
    // rounding.
    const now = new Date();
    const days = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 0)).getUTCDate();
    const maxSearches = Math.min(50, Math.ceil((50 * (now.getUTCDate() + 1)) / days)) + 1;
    expect(fake.seen.length).toBeGreaterThan(0);
    expect(fake.seen.length).toBeLessThanOrEqual(maxSearches);
    expect(limited?.fares).toBe(2_400 - fake.seen.length);
  }, 120_000);

  test("leave a quarter of the provider's remaining rate to users' searches", async () => {
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => helper(duffelSecrets)));
    Object.assign(fake.rate, { limit: 60, remaining: 60 });
    await due(1, 1);
    await first?.invoke(ticket, timeout);
    expect(fake.seen).toHaveLength(1);
    expect(await redis.hget("provider:1:duffel_test", "limit")).toBe("60");
    await due(2_400, 1);
    await Promise.all([first, ...others].map((one) => one?.invoke(ticket, timeout)));
    expect(fake.seen.length).toBeGreaterThan(1);
    expect(fake.seen.length).toBeLessThanOrEqual(45);
  }, 120_000);

  test("may be killed: their fares are due again after the lease, and no alert is sent twice", async () => {
    await due(40);
    const killed = await helper(duffelSecrets);
    fake.next(...Array.from({ length: 25 }, (_, n) => (n < 10 ? { wait: 1 } : ("silent" as const))));
    const call = killed.invoke(ticket, timeout).catch(() => "killed");
    await expect.poll(() => fake.seen.length, { timeout: 20_000 }).toBeGreaterThan(12);
    await killed.stop();
    expect(await call).toBe("killed");
    expect(await priced()).toEqual({ observations: 0, fares: 0 });
    fake.heal();
    fake.rate.limit = fake.rate.remaining = 1_000_000;

    const next = await helper(duffelSecrets);
    await next.invoke(ticket, timeout);
    expect(fake.seen).toEqual([]);
    await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
    await next.invoke(ticket, timeout);
    await next.invoke(ticket, timeout);
    expect(await priced()).toEqual({ observations: 40, fares: 40 });
    const [alerts] = await sql`select count(*)::int as alerts, count(distinct watch_id)::int as watches from alerts`;
    expect(alerts).toEqual({ alerts: 40, watches: 40 });
  }, 120_000);

  test("release unpriced fares before their time ends", async () => {
    await due(100);
    fake.next(...Array.from({ length: 100 }, () => ({ wait: 400 })));
    const one = await helper(duffelSecrets);
    await one.invoke(ticket, 20_000);
    expect(fake.seen).toEqual([]);
    const begun = Date.now();
    await one.invoke(ticket, shortTimeout);
    expect(Date.now() - begun).toBeLessThan(shortTimeout - 15_000);
    const searches = fake.seen.filter(({ call }) => call.includes("offer_requests")).length;
    expect(searches).toBeGreaterThan(0);
    expect(searches).toBeLessThan(100);
    expect(await priced()).toEqual({ observations: searches, fares: searches });
    const [left] = await sql`
      select count(*)::int as fares, count(*) filter (where due_at <= now())::int as due
        from fares
       where checked_at is null and claimed_until is null and attempts = 0`;
    expect(left).toEqual({ fares: 100 - searches, due: 100 - searches });
  }, 120_000);

  test("fail where the ticket is none, or Postgres is gone, and price nothing", async () => {
    await due(3);
    const one = await helper(secrets);
    for (const bad of [{}, { at: "noon" }]) await expect(one.invoke({ message: bad }, timeout)).rejects.toThrow();
    const cut = await cloud.start("hurried/sweep", secrets, { DATABASE_HTTP_ENDPOINT: "http://127.0.0.1:1/" });
    await expect(cut.invoke(ticket, timeout)).rejects.toThrow();
    expect(await priced()).toEqual({ observations: 0, fares: 0 });
    await one.invoke(ticket, timeout);
    expect(await priced()).toEqual({ observations: 3, fares: 3 });
  });
});

/** Returns the number of fares that a helper priced, from the log of its last call. */
function pricedByHelper({ output }: Lambda): number | undefined {
  const [, fares] = /.*"sweep\.helped".*"fares":(\d+)/s.exec(output()) ?? [];
  return fares === undefined ? undefined : Number(fares);
}

const helper = (bound: string[]): Promise<Lambda> =>
  // A budget among the secrets wins over this one.
  cloud.start("hurried/sweep", bound, { DUFFEL_URL: fake.url, FLIGHT_BUDGET_DUFFEL: "1000000" });

/**
 * Creates that number of fares from Stansted to Bergamo, due for ten minutes, each with a watch that alerts at any
 * price, or at `target` and below.
 */
async function due(count: number, target = 90_000_000): Promise<void> {
  const userId = await a.user();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || n, 'STN', 'BGY', current_date + 20 + n % 300, 'economy', 1 + n / 300, 'GBP', now() - interval '10 minutes'
        from generate_series(1, ${count}::int) as n
      on conflict do nothing
    ), watched as (
      insert into price_watches (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price)
      select 'wch_' || n, ${userId}, 'STN', 'BGY', current_date + 20 + n % 300, 'economy', 1 + n / 300, 'GBP', ${target}::bigint
        from generate_series(1, ${count}::int) as n
      on conflict do nothing
    )
    insert into watch_fares (watch_id, fare_id, wake_below)
    select 'wch_' || n, 'far_' || n, ${target}::bigint
      from generate_series(1, ${count}::int) as n
    on conflict do nothing`;
}

async function priced() {
  const [row] = await sql`
    select count(*)::int as observations, count(distinct fare_id)::int as fares
      from price_observations
     where status <> 'ghost'`;
  return row;
}
