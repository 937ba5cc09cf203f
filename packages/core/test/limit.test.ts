import { counted } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import { batch, redis } from "../src/base/cache.ts";
import { sql } from "../src/base/db.ts";
import * as Limit from "../src/limit.ts";
import { withoutService } from "./support/network.ts";

/** The two ways to count: as usual, and in Postgres only. */
const stores = [
  ["Redis", <T>(work: () => Promise<T>) => work()],
  ["Postgres, with Redis gone", <T>(work: () => Promise<T>) => withoutService("redis", work)],
] as const;

async function take(rule: Limit.Rule, who: Limit.Caller, times = 1): Promise<Limit.Usage[]> {
  let last: Limit.Usage[] = [];
  for (let n = 0; n < times; n++) {
    const questions = batch();
    const uses = Limit.count(questions, rule, who);
    await questions.send();
    last = await uses;
  }
  return last;
}

const allowed = (uses: Limit.Usage[]) => uses.every((use) => use.allowed);

describe.each(stores)("counted in %s", (_, count) => {
  test("an account has its own quota, which can be used up", async () => {
    const account = crypto.randomUUID();
    const [first] = await count(() => take("reset", { account }));
    expect(first).toMatchObject({ name: "reset-account", allowed: true, quota: 5, window: 3600, remaining: 4 });
    expect(allowed(await count(() => take("reset", { account }, 4)))).toBe(true);
    expect(allowed(await count(() => take("reset", { account })))).toBe(false);
    expect(allowed(await count(() => take("reset", { account: `${account}x` })))).toBe(true);
    expect(allowed(await count(() => take("signup", { account })))).toBe(true);
  });

  test("a refused caller is told when to come again", async () => {
    const account = crypto.randomUUID();
    const uses = await count(() => take("reset", { account }, 7));
    const [{ reset } = { reset: 0 }] = uses;
    expect(reset).toBeGreaterThan(0);
    // What was used up at the end of a window counts for most of the next one.
    expect(reset).toBeLessThanOrEqual(2 * 3600);
    expect(() => Limit.enforce(uses)).toThrow(
      expect.objectContaining({ kind: "limit", code: "limit.reached", retryAfter: reset }),
    );
    expect(() => Limit.enforce([])).not.toThrow();
  });

  test("an IPv6 address counts with its /64, an IPv4 one alone, however it is written", async () => {
    const many = (...addresses: string[]) =>
      count(async () => {
        for (const address of addresses) await take("reset", { address });
        const [use] = await take("reset", { address: addresses[0] });
        return 20 - (use?.remaining ?? 0) - 1;
      });
    const part = () => Math.floor(Math.random() * 0xffff).toString(16);
    const wide = `2001:db8:${part()}:${part()}`;
    expect(await many(`${wide}::1`, `${wide}:ffff::2`, `${wide.toUpperCase()}:0:0:0:3`)).toBe(3);
    expect(await many(`2001:db8:${part()}:1::1`, `2001:db8:${part()}:2::1`)).toBe(1);
    const four = `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 256)).join(".")}`;
    expect(await many(four, `::ffff:${four}`, four.replace(/\d+$/, "300"))).toBe(2);
  });
});

test("all commands for Redis go in one request, and in one more when it has forgotten the script", async () => {
  await redis.set("limit-test", "stored");
  await redis.scriptFlush();
  const ask = async () => {
    const questions = batch();
    const stored = questions.get("limit-test");
    const uses = Limit.count(questions, "login", { address: "192.0.2.7", account: "somebody" });
    const missing = questions.get("limit-test-missing");
    await questions.send();
    expect([await stored, await missing, (await uses).length]).toEqual(["stored", null, 2]);
  };
  expect(await counted(ask)).toEqual({ redis: 2, postgres: 0 });
  expect(await counted(ask)).toEqual({ redis: 1, postgres: 0 });
});

test("a command that fails leaves the others their results", async () => {
  await redis.lpush("limit-test-list", "x");
  const questions = batch();
  const [wrong, right] = [questions.get("limit-test-list"), questions.get("limit-test-none")];
  await questions.send();
  await expect(wrong).rejects.toThrow("WRONGTYPE");
  expect(await right).toBeNull();
});

test("without Redis, rules that are not strict let requests through uncounted", async () => {
  for (const rule of ["general", "search"] as const) {
    expect(await withoutService("redis", () => take(rule, { address: "192.0.2.8", account: "x" }))).toEqual([]);
  }
});

test("counting in Postgres is one statement, counts every concurrent request, and restarts after its window", async () => {
  const who = { address: "198.51.100.1", account: crypto.randomUUID() };
  expect(await withoutService("redis", () => counted(() => take("login", who)))).toEqual({ redis: 0, postgres: 1 });
  const crowd = await withoutService("redis", () => Promise.all(Array.from({ length: 20 }, () => take("login", who))));
  expect(crowd.map(([, account]) => account?.allowed).filter(Boolean)).toHaveLength(9);
  await sql`update login_attempts set ends_at = now()`;
  expect(await withoutService("redis", () => take("login", who))).toMatchObject([{ remaining: 59 }, { remaining: 9 }]);
});

test("neither Redis nor Postgres stores the caller in plain text", async () => {
  const who = { address: "203.0.113.77", account: "ada@example.com" };
  await take("login", who);
  await withoutService("redis", () => take("login", who));
  const rows = await sql`select login_attempts.key from login_attempts`;
  const held = `${await redis.keys("limit*")} ${JSON.stringify(rows)}`;
  expect(held).toContain("login-account");
  for (const secret of Object.values(who)) expect(held).not.toContain(secret);
});
