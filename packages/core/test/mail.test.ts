import { mailbox } from "@travel-conductor/local/testing";
import { afterEach, expect, test } from "vitest";
import { sql } from "../src/db.ts";
import { newId } from "../src/id.ts";
import * as Mail from "../src/mail.ts";
import * as a from "./a.ts";
import { through, without } from "./wire.ts";

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

afterEach(async () => {
  await sql`delete from messages`;
  mailbox.length = 0;
});

const link = { token: "a-secret", expiresAt: new Date(now.getTime() + 48 * 3_600_000).toISOString() };
const nobody = { userId: null, email: "ada@example.com" };

const queued = (userId: string) => sql`
  select messages.kind, messages.email, messages.data, messages.status
    from messages
   where messages.user_id = ${userId}
   order by messages.kind`;

test("a message is queued with the change it tells of, or not at all", async () => {
  const userId = await a.user();
  await sql`delete from messages`;
  const to = { userId, email: "ada@example.com" };
  const change = sql`update users set email_verified = true where users.id = ${userId}`;
  await sql.transaction([change, Mail.queue("reset", to, link)]);
  const reset = { kind: "reset", email: "ada@example.com", data: link, status: "pending" };
  expect(await queued(userId)).toEqual([reset]);

  const fails = sql`select 1 / 0`;
  await expect(sql.transaction([Mail.queue("verify", to, link), fails])).rejects.toMatchObject({ code: "22012" });
  expect(await queued(userId)).toEqual([reset]);
});

test("the address and the condition may be read in the statement", async () => {
  const email = a.signup().email;
  const userId = await a.user({ email });
  await sql`delete from messages`;
  const to = { userId, email: sql`(select users.email from users where users.id = ${userId})` };
  await sql.transaction([
    Mail.queue("email_taken", to, {}),
    Mail.queue("verify", to, link, sql`exists (select from users where users.id = 'usr_nobody')`),
  ]);
  expect(await queued(userId)).toMatchObject([{ kind: "email_taken", email }]);
});

/** Where all messages stand, oldest first; times in minutes from now. */
const outbox = async () =>
  (
    await sql`
      select messages.status, messages.attempts, messages.failure, messages.email, messages.data,
             round(extract(epoch from messages.due_at - ${now}::timestamptz) / 60)::float8 as "due"
        from messages
       order by messages.id`
  ).map((row) => ({ ...row }));

test("what is due goes out once, in words with a link that works, and is then forgotten", async () => {
  await Mail.queue("reset", nobody, link);
  expect(await Mail.deliver(minutes(1))).toEqual({ sent: 1, delayed: 0, failed: 0 });
  expect(await Mail.deliver(minutes(2))).toEqual({ sent: 0, delayed: 0, failed: 0 });

  const url = "http://localhost:3000/v1/auth/reset/confirm?token=a-secret";
  expect(mailbox).toMatchObject([{ to: ["ada@example.com"], subject: "Choose a new password" }]);
  expect(mailbox[0]?.text).toContain(`\n${url}\n`);
  expect(mailbox[0]?.html).toContain(`<a href="${url}">Choose a new password</a>`);

  const [row] = await sql`
    select messages.id, messages.provider_id as "providerId", messages.status, messages.email, messages.data
      from messages`;
  expect(row).toMatchObject({ providerId: mailbox[0]?.id, status: "sent", email: null, data: null });
  expect(mailbox[0]?.headers).toEqual({ "X-Message": row?.id, "Auto-Submitted": "auto-generated" });
});

test("of several workers at once each message is one's", async () => {
  await Promise.all(Array.from({ length: 30 }, () => Mail.queue("email_taken", nobody, {})));
  const reports = await Promise.all(Array.from({ length: 6 }, () => Mail.deliver(minutes(1), { batch: 4 })));
  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(30);
  expect(new Set(mailbox.map(({ headers }) => headers["X-Message"])).size).toBe(30);
  expect(mailbox.length).toBe(30);
});

test("whoever dies after sending sends the same again, and an overtaken worker settles nothing", async () => {
  await Mail.queue("verify", nobody, link);
  const cut = through(
    (_, body) => {
      if (body.includes("provider_id")) throw new TypeError("fetch failed");
    },
    () => Mail.deliver(minutes(1)),
  );
  await expect(cut).rejects.toThrow();
  expect(await Mail.deliver(minutes(1))).toEqual({ sent: 0, delayed: 0, failed: 0 });

  const late: Mail.Options["send"] = async () => {
    await sql`update messages set claimed_until = now() - interval '1 second'`;
    await Mail.deliver(minutes(1));
    return { status: "refused", code: "BadRequestException" };
  };
  await sql`update messages set claimed_until = null`;
  expect(await Mail.deliver(minutes(1), { send: late })).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(await outbox()).toMatchObject([{ status: "sent", attempts: 3, failure: null }]);
  const [first, second] = mailbox;
  expect({ ...first, id: "", at: "" }).toEqual({ ...second, id: "", at: "" });
});

test("what SES cannot take now is tried after 1, 2, 4, … 60 minutes, and given up after a day", async () => {
  await Mail.queue("email_taken", nobody, {});
  const send: Mail.Options["send"] = async () => ({ status: "delayed", code: "TooManyRequestsException" });
  const dues: number[] = [];
  for (let due = 1; due < 24 * 60; due = dues.at(-1) ?? 0) {
    expect(await Mail.deliver(minutes(due), { send })).toEqual({ sent: 0, delayed: 1, failed: 0 });
    const [row] = (await outbox()) as { due: number }[];
    dues.push(row?.due ?? 0);
  }
  expect(dues.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 124, 184, 244]);
  expect(dues.at(-1)).toBe(24 * 60 + 4);
  expect(await Mail.deliver(minutes(24 * 60 + 4), { send })).toEqual({ sent: 0, delayed: 0, failed: 1 });
  const given = { status: "failed", failure: "TooManyRequestsException", email: null, data: null };
  expect(await outbox()).toMatchObject([given]);
});

test("where nothing goes out, one batch is tried and the rest waits", async () => {
  await Promise.all(Array.from({ length: 5 }, () => Mail.queue("email_taken", nobody, {})));
  expect(await without("ses", () => Mail.deliver(minutes(1), { batch: 2 }))).toEqual({
    sent: 0,
    delayed: 2,
    failed: 0,
  });
  const failures = (await outbox()).map((row) => (row as { failure: string | null }).failure);
  expect(failures.filter((failure) => failure === "unreachable").length).toBe(2);
  expect(await Mail.deliver(minutes(2))).toEqual({ sent: 5, delayed: 0, failed: 0 });
});

test("what SES never takes is given up at once, and so is a link that has run out", async () => {
  await Mail.queue("email_taken", { userId: null, email: "zoë@example.com" }, {});
  await Mail.queue("verify", nobody, { ...link, expiresAt: minutes(1).toISOString() });
  expect(await Mail.deliver(minutes(1))).toEqual({ sent: 0, delayed: 0, failed: 2 });
  const [local, expired] = await outbox();
  expect(local).toMatchObject({ status: "failed", failure: "BadRequestException", email: null });
  expect(expired).toMatchObject({ status: "failed", failure: "expired", data: null });
  expect(mailbox).toEqual([]);
});

test("a domain in any script is sent in its ASCII form", async () => {
  await Mail.queue("email_taken", { userId: null, email: "ada@bücher.example" }, {});
  await Mail.deliver(minutes(1));
  expect(mailbox).toMatchObject([{ to: ["ada@xn--bcher-kva.example"] }]);
});

test("every kind has its words, and what it is told stays text", async () => {
  const at = "2026-03-01T12:05:00.000Z";
  const hostile = '<img src=x onerror="alert(1)">&\'@example.com';
  const kinds: { [K in Mail.Kind]: Mail.Data[K] } = {
    verify: link,
    reset: link,
    email_change_old: { ...link, email: hostile },
    email_change_new: link,
    email_taken: {},
    new_device: { device: hostile, at },
    password_changed: { at },
    email_changed: { email: hostile, at },
    export_ready: { ...link, id: newId("exp") },
    account_deleted: {},
  };
  for (const [kind, data] of Object.entries(kinds)) await Mail.queue(kind as Mail.Kind, nobody, data);
  expect(await Mail.deliver(minutes(1), { batch: 3 })).toEqual({ sent: 10, delayed: 0, failed: 0 });
  expect(new Set(mailbox.map(({ subject }) => subject)).size).toBe(10);
  for (const { text, html } of mailbox) {
    expect(text + html).not.toMatch(/undefined|null|Invalid|\[object/);
    expect(html).not.toMatch(/<img|onerror="/);
  }
  const told = mailbox.find(({ subject }) => subject === "Your password was changed");
  expect(told?.text).toContain("on 1 March 2026 at 12:05 UTC.");
});
