import { mailbox } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { sealOpening } from "../../src/channel/opening.ts";
import * as Outbox from "../../src/outbox.ts";
import * as a from "../support/factory.ts";
import { useHooks } from "../support/webhooks.ts";

const hooks = await useHooks();

/** Webhooks at these hosts, each with a message that waits, in this order. */
async function waiting(userId: string, hosts: string[]) {
  const rows = hosts.map((host) => {
    const id = newId("chn");
    return { id, host, sealed: sealOpening(id, { url: `https://${host}/` }), message: newId("msg") };
  });
  await sql`
    with given as (
      select *
        from unnest(
               ${rows.map(({ id }) => id)}::text[],
               ${rows.map(({ host }) => host)}::text[],
               ${rows.map(({ sealed }) => sealed)}::text[],
               ${rows.map(({ message }) => message)}::text[]
             ) with ordinality as given (id, host, sealed, message, n)
    ), made as (
      insert into channels (id, user_id, kind, shown, sealed)
      select given.id, ${userId}, 'webhook', given.host, given.sealed
        from given
      returning channels.id
    )
    insert into messages (id, user_id, kind, channel_id, data, due_at)
    select given.message, ${userId}, 'test', made.id, '{}', now() + given.n * interval '1 microsecond'
      from given
      join made on made.id = given.id`;
}

test("while two thirds of the hosts hang, what goes to the others and the mail all goes out", async () => {
  const userId = await a.proven();
  await sql`delete from messages`;
  const [hung, well] = [110, 55];
  // The hung ones come first, so that they take every place that is free.
  await waiting(userId, [
    ...Array.from({ length: hung }, (_, n) => `hung${n}.hooks.example.com`),
    ...Array.from({ length: well }, (_, n) => `well${n}.hooks.example.com`),
  ]);
  const letter = (n: number) => Outbox.enqueue("email_taken", { userId: null, email: `ada.${n}@example.com` }, {});
  await Promise.all(Array.from({ length: 20 }, (_, n) => letter(n)));
  await sql`update messages set due_at = now() + interval '1 second' where messages.email is not null`;

  const held: (() => void)[] = [];
  const answered = () => hooks.receiver.received.filter(({ host }) => host.startsWith("well")).length;
  hooks.receiver.answer = async (response, { host }) => {
    if (host.startsWith("hung")) await new Promise<void>((done) => held.push(done));
    response.writeHead(204).end();
  };
  // The hung hosts answer when all else has gone out, and not before.
  const release = setInterval(() => {
    if (answered() === well && mailbox.length === 20) for (const done of held.splice(0)) done();
  }, 20);
  // A host that is waited for in vain fails: then something else waited for it.
  const network = { ...hooks.network, within: 25_000 };
  const report = await hooks.deliver(undefined, { network }).finally(() => clearInterval(release));
  expect(report).toEqual({ sent: hung + well + 20, delayed: 0, failed: 0 });
});

test("more messages for a host that hangs than it has places for are put off, untried, and others go out", async () => {
  const userId = await a.proven();
  await sql`delete from messages`;
  await waiting(userId, [...Array.from({ length: 40 }, () => "hung.hooks.example.com"), "other.hooks.example.com"]);
  const held: (() => void)[] = [];
  hooks.receiver.answer = async (response, { host }) => {
    if (host.startsWith("hung")) await new Promise<void>((done) => held.push(done));
    response.writeHead(204).end();
  };
  // The hung ones answer when the rest was put off.
  const release = setInterval(async () => {
    const [row] =
      await sql`select count(*)::int as count from messages where messages.due_at > now() + interval '90 seconds'`;
    if (row?.count === 30) for (const done of held.splice(0)) done();
  }, 50);
  // Room for few messages: what is put off makes room.
  const report = await hooks.deliver(undefined, { batch: 20 }).finally(() => clearInterval(release));
  expect(report).toEqual({ sent: 11, delayed: 0, failed: 0 });
  expect(held).toEqual([]);
  const rows =
    await sql`select distinct messages.attempts, messages.words is not null as written from messages where messages.status = 'pending'`;
  expect(rows.map((row) => ({ ...row }))).toEqual([{ attempts: 0, written: true }]);
});

test("one host with many channels has only a few of them under way, and holds up no other host", async () => {
  const userId = await a.proven();
  await sql`delete from messages`;
  const many = "many.hooks.example.com";
  await waiting(userId, [...Array.from({ length: 40 }, () => many), "other.hooks.example.com"]);
  let now = 0;
  let most = 0;
  hooks.receiver.answer = async (response, { host }) => {
    if (host === many) {
      most = Math.max(most, ++now);
      // The first ones wait until the other host was reached.
      while (!hooks.receiver.received.some((each) => each.host !== many))
        await new Promise((done) => setImmediate(done));
      now--;
    }
    response.writeHead(204).end();
  };
  expect(await hooks.deliver()).toEqual({ sent: 41, delayed: 0, failed: 0 });
  expect(most).toBeLessThanOrEqual(10);
  expect(most).toBeGreaterThan(1);
});

test("the next message of a channel goes out in the same run, also when a claim ends after the settling of the first", async () => {
  const userId = await a.proven();
  await sql`delete from messages`;
  await waiting(userId, ["one.hooks.example.com"]);
  await sql`
    insert into messages (id, user_id, kind, channel_id, data, due_at)
    select messages.id || 'b', messages.user_id, messages.kind, messages.channel_id, messages.data, messages.due_at + interval '1 ms'
      from messages`;
  hooks.receiver.answer = (response) => void response.writeHead(204).end();
  const send = globalThis.fetch;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((done) => {
    settle = done;
  });
  let claims = 0;
  // The second claim sees the first message under way; its answer comes when that one has been settled.
  globalThis.fetch = async (input, init) => {
    const body = String(init?.body);
    const answer = await send(input, init);
    if (body.includes("due as materialized") && ++claims === 2) await settled;
    if (body.includes("settled as (")) settle();
    return answer;
  };
  const report = await hooks.deliver().finally(() => {
    globalThis.fetch = send;
  });
  expect(report).toEqual({ sent: 2, delayed: 0, failed: 0 });
  expect(claims).toBeGreaterThan(2);
});
