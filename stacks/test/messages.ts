import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Delivery from "@travel-conductor/core/delivery";
import { mailbox, ses } from "@travel-conductor/local/testing";
import * as factory from "../../packages/core/test/support/factory.ts";
import type { Datum } from "./evaluate.ts";

/** Runs at its first call alone: two alarms may need the same trouble. */
export function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= run();
    return result;
  };
}

/** A person with an e-mail channel, and without quiet hours: from 22 o'clock on alerts would wait for the morning. */
export const person = once(async () => {
  const userId = await factory.proven();
  await sql`update users set quiet_from = null, quiet_to = null where users.id = ${userId}`;
  const [channel] = await sql`select id from channels where channels.user_id = ${userId} and channels.kind = 'email'`;
  await sql`delete from messages`;
  return { userId, channelId: String(channel?.id) };
});

/** Messages of alerts that were to go at `slot`, with their words. */
export async function alerts(count: number, slot: Date): Promise<void> {
  const { userId, channelId } = await person();
  const words = JSON.stringify({ subject: "s", text: "t", html: "h" });
  await sql`
    insert into messages (id, user_id, channel_id, kind, data, words, tried_at, due_at, slot_at)
    select ${newId("msg").slice(0, 28)} || lpad(n::text, 2, '0'), ${userId}, ${channelId}, 'alerts', '{}',
           ${words}::jsonb, ${slot}, ${slot}, ${slot}
      from generate_series(1, ${count}::int) as n`;
}

const link = { token: "Zm91ciBzY29yZSBhbmQgdHdlbnR5LWZvdXIgeWVhcnM", expiresAt: "2100-01-01T00:00:00Z" };

/** Letters that are due now. */
export async function letters(count: number, email = "someone@example.com", data: object = link): Promise<void> {
  const { userId } = await person();
  await sql`
    insert into messages (id, user_id, kind, email, data)
    select ${newId("msg").slice(0, 28)} || lpad(n::text, 2, '0'), ${userId}, 'reset', ${email}, ${JSON.stringify(data)}::jsonb
      from generate_series(1, ${count}::int) as n`;
}

/** The part of the letters to an address of SES's simulator that SES reports. */
export async function reported(kind: "bounce" | "complaint", name: string): Promise<Datum[]> {
  const heard: unknown[] = [];
  ses.listen((event) => heard.push(event));
  await person();
  const before = mailbox.length;
  await letters(1, `${kind}@simulator.amazonses.com`);
  // Postgres counts microseconds: a letter of this millisecond may be due in the next one.
  await Delivery.deliver(new Date(Date.now() + 1_000));
  await new Promise((done) => setImmediate(done));
  return [{ namespace: "AWS/SES", name: `Reputation.${name}`, value: heard.length / (mailbox.length - before) }];
}
