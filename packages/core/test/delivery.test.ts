import { mailbox } from "@travel-conductor/local/testing";
import { afterEach, expect, test, vi } from "vitest";
import { sql } from "../src/base/db.ts";
import { logger } from "../src/base/log.ts";
import * as Delivery from "../src/delivery.ts";
import * as Outbox from "../src/outbox.ts";
import * as a from "./support/factory.ts";
import { interceptRequests, withoutService } from "./support/network.ts";

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

afterEach(async () => {
  await sql`delete from messages`;
  await sql`delete from mailbox_letters`;
  mailbox.length = 0;
});

const link = { token: "a-secret", expiresAt: new Date(now.getTime() + 48 * 3_600_000).toISOString() };
const watched = { origin: "LHR", destination: "JFK", departureDate: "2026-08-01", returnDate: null, what: null };
const nobody = { userId: null, email: "ada@example.com" };
/** An address of its own for each message, because a mailbox gets only a few of a kind. */
const addressed = (n: number) => ({ userId: null, email: `ada.${n}@example.com` });

const queued = (userId: string) => sql`
  select messages.kind, messages.email, messages.data, messages.status
    from messages
   where messages.user_id = ${userId}
   order by messages.kind`;

test("a message is queued with the change it is about, or not at all", async () => {
  const userId = await a.user();
  await sql`delete from messages`;
  const to = { userId, email: "ada@example.com" };
  const change = sql`update users set email_verified = true where users.id = ${userId}`;
  await sql.transaction([change, Outbox.enqueue("reset", to, link)]);
  const reset = { kind: "reset", email: "ada@example.com", data: link, status: "pending" };
  expect(await queued(userId)).toEqual([reset]);

  const fails = sql`select 1 / 0`;
  await expect(sql.transaction([Outbox.enqueue("verify", to, link), fails])).rejects.toMatchObject({ code: "22012" });
  expect(await queued(userId)).toEqual([reset]);
});

test("the address and the condition may be fragments of the statement", async () => {
  const email = a.signup().email;
  const userId = await a.user({ email });
  await sql`delete from messages`;
  const own = sql`users where users.id = ${userId}`;
  const to = {
    userId,
    email: sql`(select users.email from ${own})`,
    emailKey: sql`(select users.email_key from ${own})`,
  };
  await sql.transaction([
    Outbox.enqueue("email_taken", to, {}),
    Outbox.enqueue("verify", to, link, sql`exists (select from users where users.id = 'usr_nobody')`),
  ]);
  expect(await queued(userId)).toMatchObject([{ kind: "email_taken", email }]);
});

/** The state of all messages, oldest first; times in minutes from now. */
const outbox = async () =>
  (
    await sql`
      select messages.status, messages.attempts, messages.failure, messages.email, messages.data,
             round(extract(epoch from messages.due_at - ${now}::timestamptz) / 60)::float8 as "due"
        from messages
       order by messages.id`
  ).map((row) => ({ ...row }));

test("a due message is sent once, with a link that works, and its data is then deleted", async () => {
  await Outbox.enqueue("reset", nobody, link);
  expect(await Delivery.deliver(minutes(1))).toEqual({ sent: 1, delayed: 0, failed: 0 });
  expect(await Delivery.deliver(minutes(2))).toEqual({ sent: 0, delayed: 0, failed: 0 });

  const url = "http://localhost:3000/reset#token=a-secret";
  expect(mailbox).toMatchObject([{ to: ["ada@example.com"], subject: "Choose a new password" }]);
  expect(mailbox[0]?.text).toContain(`\n${url}\n`);
  expect(mailbox[0]?.html).toContain(`<a href="${url}">Choose a new password</a>`);
  expect(mailbox[0]?.html).toContain("<style>:root{color-scheme:light dark}");

  const [row] = await sql`
    select messages.id, messages.provider_id as "providerId", messages.status, messages.email, messages.data
      from messages`;
  expect(row).toMatchObject({ providerId: mailbox[0]?.id, status: "sent", email: null, data: null });
  expect(mailbox[0]?.headers).toEqual({ "X-Message": row?.id, "Auto-Submitted": "auto-generated" });
});

test("links expire, and tries are given up, by real time", async () => {
  await Outbox.enqueue("reset", nobody, link);
  const real = minutes(1);
  const failing: Delivery.Options["send"] = async () => ({ status: "delayed", code: "throttled" });
  expect(await Delivery.deliver(minutes(60 * 24 * 30), { real, send: failing })).toMatchObject({ delayed: 1 });
  expect(await Delivery.deliver(minutes(60 * 24 * 60), { real })).toEqual({ sent: 1, delayed: 0, failed: 0 });
});

test("concurrent workers send each message once", async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => Outbox.enqueue("email_taken", addressed(n), {})));
  const reports = await Promise.all(Array.from({ length: 6 }, () => Delivery.deliver(minutes(1), { batch: 4 })));
  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(30);
  expect(new Set(mailbox.map(({ headers }) => headers["X-Message"])).size).toBe(30);
  expect(mailbox.length).toBe(30);
});

test("a worker killed after sending sends the same again, and an overtaken worker settles nothing", async () => {
  await Outbox.enqueue("verify", nobody, link);
  const cut = interceptRequests(
    (_, body) => {
      if (body.includes("provider_id")) throw new TypeError("fetch failed");
    },
    () => Delivery.deliver(minutes(1)),
  );
  await expect(cut).rejects.toThrow();
  expect(await Delivery.deliver(minutes(1))).toEqual({ sent: 0, delayed: 0, failed: 0 });

  const late: Delivery.Options["send"] = async () => {
    // By then the first worker has asked whether there is more.
    await new Promise((done) => setTimeout(done, 400));
    await sql`update messages set claimed_until = now() - interval '1 second'`;
    await Delivery.deliver(minutes(1));
    return { status: "refused", code: "BadRequestException" };
  };
  await sql`update messages set claimed_until = null`;
  expect(await Delivery.deliver(minutes(1), { send: late })).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(await outbox()).toMatchObject([{ status: "sent", attempts: 3, failure: null }]);
  const [first, second] = mailbox;
  expect({ ...first, id: "", at: "" }).toEqual({ ...second, id: "", at: "" });
});

test("a message that SES cannot take now is retried after 1, 2, 4, … 60 minutes, and given up after a day", async () => {
  await Outbox.enqueue("email_taken", nobody, {});
  const send: Delivery.Options["send"] = async () => ({ status: "delayed", code: "TooManyRequestsException" });
  const dues: number[] = [];
  for (let due = 1; due < 24 * 60; due = dues.at(-1) ?? 0) {
    expect(await Delivery.deliver(minutes(due), { send })).toEqual({ sent: 0, delayed: 1, failed: 0 });
    const [row] = (await outbox()) as { due: number }[];
    dues.push(row?.due ?? 0);
  }
  expect(dues.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 124, 184, 244]);
  expect(dues.at(-1)).toBe(24 * 60 + 4);
  expect(await Delivery.deliver(minutes(24 * 60 + 4), { send })).toEqual({ sent: 0, delayed: 0, failed: 1 });
  const given = { status: "failed", failure: "TooManyRequestsException", email: null, data: null };
  expect(await outbox()).toMatchObject([given]);
});

test("when nothing can be sent, few batches are tried and the rest waits", async () => {
  const count = 20;
  await Promise.all(Array.from({ length: count }, (_, n) => Outbox.enqueue("email_taken", addressed(n), {})));
  const report = await withoutService("ses", () => Delivery.deliver(minutes(1), { batch: 2 }));
  expect(report).toEqual({ sent: 0, delayed: report.delayed, failed: 0 });
  expect(report.delayed).toBeGreaterThanOrEqual(2);
  expect(report.delayed).toBeLessThan(count);
  const rows = (await outbox()) as { failure: string | null; attempts: number }[];
  expect(rows.filter(({ failure }) => failure === "unreachable").length).toBe(report.delayed);
  // What was claimed and not tried counts as no attempt.
  expect(rows.filter(({ attempts }) => attempts === 1).length).toBe(report.delayed);
  expect(await Delivery.deliver(minutes(2))).toEqual({ sent: count, delayed: 0, failed: 0 });
});

test("a message that SES will never take is given up at once, and so is an expired link", async () => {
  await Outbox.enqueue("email_taken", { userId: null, email: "zoë@example.com" }, {});
  await Outbox.enqueue("verify", nobody, { ...link, expiresAt: minutes(1).toISOString() });
  expect(await Delivery.deliver(minutes(1))).toEqual({ sent: 0, delayed: 0, failed: 2 });
  const [local, expired] = await outbox();
  expect(local).toMatchObject({ status: "failed", failure: "BadRequestException", email: null });
  expect(expired).toMatchObject({ status: "failed", failure: "expired", data: null });
  expect(mailbox).toEqual([]);
});

test("a domain in any script is sent in its ASCII form", async () => {
  await Outbox.enqueue("email_taken", { userId: null, email: "ada@bücher.example" }, {});
  await Delivery.deliver(minutes(1));
  expect(mailbox).toMatchObject([{ to: ["ada@xn--bcher-kva.example"] }]);
});

test("a message whose data cannot be read is given up, and the others are sent", async () => {
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  await Outbox.enqueue("watch_paused", nobody, watched);
  await Outbox.enqueue("verify", { userId: null, email: "bob@example.com" }, link);
  await sql`update messages set data = '5' where kind = 'watch_paused'`;
  expect(await Delivery.deliver(minutes(1))).toEqual({ sent: 1, delayed: 0, failed: 1 });
  const rows = await sql`select kind, status, failure from messages order by kind`;
  expect(rows).toEqual([
    { kind: "verify", status: "sent", failure: null },
    { kind: "watch_paused", status: "failed", failure: "unreadable" },
  ]);
});
