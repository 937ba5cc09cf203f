import { ses } from "@travel-conductor/local/testing";
import { afterEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Health from "../../src/base/health.ts";
import { forgetAccount, readAccount } from "../../src/delivery/send/account.ts";
import { ses as send } from "../../src/delivery/send/email.ts";
import { createPace } from "../../src/delivery/send/pace.ts";
import { withoutService } from "../support/network.ts";

afterEach(() => {
  forgetAccount();
  Object.assign(ses.account, { rate: 100_000, isProduction: true });
});

/** Processes that share the slots of each second, on a clock that only waiting moves. */
function processes(count: number, rate: number | null) {
  let now = 1_000_000_000;
  const taken = new Map<number, number>();
  const sent: number[] = [];
  const waiting: { until: number; done: () => void }[] = [];
  const paces = Array.from({ length: count }, () =>
    createPace({
      now: () => now,
      wait: (ms) => new Promise<void>((done) => waiting.push({ until: now + ms, done })),
      rate: async () => rate,
      take: async (second, asked, whole) => {
        const before = taken.get(second) ?? 0;
        taken.set(second, before + asked);
        return Math.max(0, Math.min(asked, whole - before));
      },
    }),
  );
  /** Sends letters by all of them at once, and moves the clock when all wait. */
  async function run(letters: number) {
    const work = Array.from({ length: letters }, async (_, n) => {
      await paces[n % count]?.();
      sent.push(now);
    });
    const all = Promise.all(work).then(() => true);
    for (;;) {
      const over = await Promise.race([all, new Promise<false>((next) => setImmediate(() => next(false)))]);
      if (over) return sent;
      const [first] = waiting.sort((one, other) => one.until - other.until);
      if (!first) continue;
      now = Math.max(now, first.until);
      for (const each of waiting.splice(0))
        if (each.until <= now) each.done();
        else waiting.push(each);
    }
  }
  return { run };
}

const perSecond = (sent: number[]) => {
  const counts = new Map<number, number>();
  for (const at of sent) counts.set(Math.floor(at / 1000), (counts.get(Math.floor(at / 1000)) ?? 0) + 1);
  return [...counts.values()];
};

test.each([
  [1, 14, 100, 12],
  [3, 14, 100, 12],
  [5, 1, 8, 1],
])("%i processes together stay below a rate of %i letters a second", async (count, rate, letters, most) => {
  const sent = await processes(count, rate).run(letters);
  expect(sent).toHaveLength(letters);
  expect(Math.max(...perSecond(sent))).toBe(most);
});

test("less than one a second is one in several seconds, and without a known rate nothing waits", async () => {
  const slow = await processes(2, 0.5).run(4);
  expect(slow.map((at) => (at - (slow[0] ?? 0)) / 1000)).toEqual([0, 2, 4, 6]);
  const free = await processes(2, null).run(1_000);
  expect(new Set(free).size).toBe(1);
});

test("the account is read from SES, kept, and read anew after five minutes; without an answer there is none", async () => {
  ses.account.rate = 14;
  expect(await readAccount(0)).toEqual({ rate: 14, isProduction: true });
  ses.account.rate = 28;
  expect(await withoutService("ses", () => readAccount(299_000))).toEqual({ rate: 14, isProduction: true });
  expect(await readAccount(300_001)).toEqual({ rate: 28, isProduction: true });
  forgetAccount();
  expect(await withoutService("ses", () => readAccount(0))).toBeNull();
});

test("a stage in the sandbox of SES says so in its health", async () => {
  ses.account.isProduction = false;
  await readAccount(0);
  expect(await Health.check()).toEqual({ status: "ok", mail: "sandbox" });
  forgetAccount();
  ses.account.isProduction = true;
  await readAccount(0);
  expect(await Health.check()).toEqual({ status: "ok", mail: "production" });
  await sql`select 1`;
});

const letter = { subject: "One", text: "Two", html: "<p>Two</p>" };

test("SES, which would refuse letters above its rate, refuses none of ours", async () => {
  ses.account.rate = 6;
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, n) => send()(`msg_${n}`, "ada@example.com", letter)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(Array(12).fill("sent"));
});

test("a letter beyond the rate is delayed, as SES says", async () => {
  // The account is known with a higher rate than it has now.
  await readAccount(Date.now());
  ses.account.rate = 1;
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, n) => send()(`msg_${n}`, "ada@example.com", letter)),
  );
  expect(outcomes).toContainEqual({ status: "delayed", code: "TooManyRequestsException" });
});
