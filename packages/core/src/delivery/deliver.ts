import { sql } from "../base/db.ts";
import { env } from "../base/env.ts";
import { claimRows, isHeld } from "../base/lease.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { type Data, fields, type Kind } from "../outbox.ts";
import { type Letter, letter } from "./letter.ts";
import { type Outcome, type Send, ses } from "./ses.ts";

/**
 * The settings of a delivery: `batch` messages in flight, and no new ones after `within` milliseconds. `real` is the
 * moment in real time, where that is not `at`: links in messages expire by it, and tries are given up.
 */
export type Options = { send?: Send; real?: Date; batch?: number; within?: number };

/** The result of a delivery; `delayed` messages are tried again. */
export type Report = { sent: number; delayed: number; failed: number };

type Claimed = { id: string; fence: string; kind: Kind; email: string; data: Data[Kind] };

/**
 * Sends every message that is due at `at`. Safe to run twice, several times at once, and to be killed anywhere: a
 * message that was not settled is due again when its lease ends. A message is sent at least once, because SES has no
 * key by which it would recognise a repetition: after a crash between SES's answer and the settling, the same words go
 * out again, with the same link and id.
 */
export async function deliver(
  at: Date,
  { send = ses(), real = at, batch = 10, within = 40_000 }: Options = {},
): Promise<Report> {
  const { APP_URL: app } = env;
  if (!app) throw new Error("APP_URL is not set, so links in mail would lead nowhere. See deploy.md.");
  const until = Date.now() + within;
  const report: Report = { sent: 0, delayed: 0, failed: 0 };
  for (let more = true; more && Date.now() < until; ) {
    const claimed = await claim(at, batch);
    const settled = await Promise.allSettled(
      claimed.map(async (message) => settle(message, await attempt(send, app, message, real), at, real)),
    );
    const ends = settled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    for (const end of ends) if (end) report[end]++;
    // When nothing in the batch went out, the rest is left to a later run.
    more = claimed.length === batch && ends.some((end) => end !== "delayed");
  }
  return report;
}

/**
 * Claims up to `limit` due messages with a lease of two minutes, on Postgres's clock. Two workers never hold the same
 * message, and each claim raises the fence, so that an overtaken worker settles nothing.
 */
async function claim(at: Date, limit: number): Promise<Claimed[]> {
  const rows = await claimRows("messages", {
    due: sql`messages.status = 'pending' and messages.due_at <= ${at}::timestamptz`,
    order: sql`messages.due_at, messages.id`,
    limit,
    lease: sql`interval '2 minutes'`,
    columns: sql`messages.id, messages.fence::text, messages.kind, messages.email, messages.data`,
  });
  return rows as Claimed[];
}

/** A message with an expired link, or with data that cannot be read, is not sent. */
async function attempt(send: Send, app: string, message: Claimed, real: Date): Promise<Outcome> {
  const { id, email, data } = message;
  const words = readLetter(message, app);
  if (!words) return { status: "refused", code: "unreadable" };
  if ("expiresAt" in data && Date.parse(data.expiresAt) <= real.getTime())
    return { status: "refused", code: "expired" };
  return send(id, email, words);
}

function readLetter({ id, kind, data }: Claimed, app: string): Letter | undefined {
  try {
    for (const field of fields[kind]) {
      if (!Object.hasOwn(Object(data), field)) throw new TypeError(`no ${field}`);
    }
    return letter(kind, data, app);
  } catch (error) {
    logger.error("message unreadable", { messageId: id, kind, error: describeError(error) });
    Metric.emit({ RowsAtFault: [1, "Count"] });
    return undefined;
  }
}

/**
 * Retries after 1, 2, 4, … and then 60 minutes, for a day. A message that is sent or given up loses its address and
 * data.
 */
async function settle(
  { id, fence, kind }: Claimed,
  outcome: Outcome,
  at: Date,
  real: Date,
): Promise<keyof Report | undefined> {
  const provider = outcome.status === "sent" ? outcome.providerId : null;
  const failure = outcome.status === "sent" ? null : outcome.code;
  const again = sql`(
    ${outcome.status}::text = 'delayed' and messages.created_at > ${real}::timestamptz - interval '1 day')`;
  const [row] = await sql`
    update messages
       set status = case when ${again} then 'pending' when ${failure}::text is null then 'sent' else 'failed' end,
           email = case when ${again} then messages.email end,
           data = case when ${again} then messages.data end,
           settled_at = case when ${again} then null else ${real}::timestamptz end,
           due_at = ${at}::timestamptz + make_interval(mins => least(60, 2 ^ least(messages.attempts - 1, 6))::int),
           claimed_until = null,
           provider_id = ${provider},
           failure = ${failure}
     where ${isHeld("messages", { id, fence })}
    returning messages.status`;
  if (row?.status === "failed") logger.error("message given up", { messageId: id, kind, code: failure });
  return row && (row.status === "pending" ? "delayed" : row.status);
}
