import { mailbox } from "@travel-conductor/local/testing";
import { afterAll, afterEach, beforeEach } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Channel from "../../src/channel.ts";
import * as Delivery from "../../src/delivery.ts";
import * as a from "./factory.ts";
import { startInternet } from "./internet.ts";

/** The names that the receiver of these tests is certified for. */
const certified = ["one.example.com", "two.example.com", "*.hooks.example.com"];

/** An internet with a receiver of webhooks, and a delivery into it: a minute from now, or at `at`. */
export async function startHooks() {
  const internet = await startInternet(certified);
  const deliver = (at = new Date(Date.now() + 60_000), options: Delivery.Options = {}) =>
    Delivery.deliver(at, { network: internet.network, real: new Date(), ...options });
  return { ...internet, deliver };
}

/** The same for all tests of a file, which leave no messages and webhooks to each other. */
export async function useHooks(): ReturnType<typeof startHooks> {
  const hooks = await startHooks();
  beforeEach(() => hooks.reset());
  afterEach(forget);
  afterAll(() => hooks.stop());
  return hooks;
}

let one: Promise<string> | undefined;

/** Forgets all messages and webhooks, whose number has a limit. */
export async function forget() {
  await sql`delete from messages`;
  await sql`delete from channels where channels.kind = 'webhook'`;
  await sql`delete from mailbox_letters`;
  mailbox.length = 0;
}

/** Adds a webhook, of the file's one user, whose address is proven, unless `userId` says whose. */
export async function hook(userId?: string, url = "https://one.example.com/hook") {
  one ??= a.proven();
  const owner = userId ?? (await one);
  // What was sent about the account is no matter of these tests.
  await sql`delete from messages where messages.user_id = ${owner} and messages.kind = 'verify'`;
  const made = await Channel.create(owner, { kind: "webhook", url });
  if (!made.secret) throw new Error("a webhook without a secret");
  return { userId: owner, id: made.id, secret: made.secret };
}

/** A webhook with a message that waits for it. */
export async function pinged(userId?: string, url?: string) {
  const made = await hook(userId, url);
  const { messageId } = await Channel.test(made.userId, made.id);
  return { ...made, messageId };
}

/** A message as it stands in the outbox. `wait` is how many seconds from `from` it waits for its next try. */
export async function stateOf(messageId: string, from: Date) {
  const [row] = await sql`
    select messages.status,
           messages.attempts,
           messages.failure,
           extract(epoch from messages.due_at - ${from}::timestamptz)::float8 as wait
      from messages
     where messages.id = ${messageId}`;
  return row as { status: string; attempts: number; failure: string | null; wait: number };
}
