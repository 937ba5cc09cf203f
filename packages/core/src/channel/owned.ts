import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { sql, transaction, utc } from "../base/db.ts";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { hashOf } from "../base/hash.ts";
import { newId } from "../base/id.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import { addressFault } from "../base/reach.ts";
import { realNow } from "../base/time.ts";
import { requestId } from "../base/trace.ts";
import * as Outbox from "../outbox.ts";
import { reported, turnMailOn } from "./mailon.ts";
import { feedToken, type Opening, renewOpening, sealOpening, shownSecret } from "./opening.ts";
import { requireUsable } from "./push.ts";
import { Create, type Info, type Made, type Queued, Update } from "./schema.ts";

/** How many channels a person may have. */
const most = 20;

/** How long a person has to open the bot's address. */
const startFor = "15 minutes";

const columns = sql`
           channels.id,
           channels.kind,
           channels.name,
           case when channels.kind = 'email' then users.email else channels.shown end as shown,
           case
             when channels.kind = 'email' and channels.status = 'on' and not users.email_verified then 'unproven'
             else channels.status
           end as status,
           channels.about,
           channels.off_because as "offBecause",
           ${utc(sql`channels.failing_since`)} as "failingSince",
           ${utc(sql`channels.worked_at`)} as "workedAt",
           ${utc(sql`channels.created_at`)} as "createdAt"`;

export const missing = () => new Problem("missing", "channel.missing", "There is no such channel.");

/** The one host that a chat's address may have. */
const hosts: Partial<Record<Info["kind"], RegExp>> = {
  slack: /^hooks\.slack\.com$/,
  discord: /^(\w+\.)?discord(app)?\.com$/,
};

/**
 * Adds a channel. The secret of a webhook, and the address of a feed, a calendar or a bot, are in this answer alone. A
 * Telegram channel is unproven until its owner has opened that address.
 * @throws ValiError, Problem `channel.address` for an address that may not be reached, `channel.limit`, `channel.twice`
 * for a second e-mail channel, `channel.unavailable` where this stage has no bot, or no key for push
 */
export async function create(userId: string, input: unknown): Promise<Made> {
  const given = v.parse(Create, input);
  const id = newId("chn");
  const { opening, shown, token, url } = openingOf(given, id);
  const { added } = await transaction({
    // Additions of one person run one after another, so that each counts the ones before.
    locked: sql`select from users where users.id = ${userId} for no key update`,
    added: sql`
      with added as (
        insert into channels (id, user_id, kind, name, shown, sealed, token_hash, token_until, status)
        select ${id},
               users.id,
               ${given.kind},
               ${given.name ?? null},
               ${shown},
               ${opening && sealOpening(id, opening)},
               ${token && hashOf(token)},
               case when ${given.kind === "telegram"} then now() + ${startFor}::interval end,
               ${given.kind === "telegram" ? "unproven" : "on"}
          from users
         where users.id = ${userId}
           and ${most} > (select count(*) from channels where channels.user_id = ${userId})
        on conflict do nothing
        returning channels.*
      )
      select ${columns}
        from added as channels
        join users on users.id = channels.user_id`,
  });
  const [row] = added as Info[];
  if (row) return { ...row, secret: given.kind === "webhook" ? shownSecret(id, 1) : null, url };
  if (given.kind === "email" && (await list(userId, { limit: 100 })).items.some(({ kind }) => kind === "email"))
    throw new Problem("conflict", "channel.twice", "The account has an e-mail channel already.");
  throw new Problem("input", "channel.limit", `An account has at most ${most} channels. Remove one first.`, {
    errors: [{ pointer: "/kind", detail: `must not be added to ${most} channels` }],
  });
}

type Opened = { opening: Opening | null; shown: string | null; token: string | null; url: string | null };

const none: Opened = { opening: null, shown: null, token: null, url: null };

function openingOf(given: v.InferOutput<typeof Create>, id: string): Opened {
  if (!("url" in given || "endpoint" in given)) return openingByToken(given.kind, id);
  const [field, url] = "endpoint" in given ? (["endpoint", given.endpoint] as const) : (["url", given.url] as const);
  const fault = addressFault(url) ?? hostFault(given.kind, url);
  if (fault) {
    const errors = [{ pointer: `/${field}`, detail: fault }];
    throw new Problem("input", "channel.address", "Nothing can be sent to this address.", { errors });
  }
  const keys = "keys" in given ? given.keys : {};
  if ("keys" in given) requireUsable(given.keys);
  return { ...none, opening: { url, ...keys }, shown: new URL(url).host };
}

/** A channel without an address of its owner's: another program, or the owner by a bot, comes with a token. */
function openingByToken(kind: "email" | "telegram" | "atom" | "calendar", id: string): Opened {
  if (kind === "email") return none;
  if (kind !== "telegram") {
    const token = feedToken(id, 1);
    return { ...none, token, url: feedUrl(kind, token) };
  }
  const { TELEGRAM_BOT: bot } = env;
  if (!bot) throw new Problem("conflict", "channel.unavailable", "This service has no Telegram bot.");
  const token = randomBytes(24).toString("base64url");
  return { ...none, token, url: `https://t.me/${bot}?start=${token}` };
}

function hostFault(kind: Info["kind"], url: string): string | undefined {
  const host = hosts[kind];
  const { hostname } = new URL(url);
  if (!host || host.test(hostname) || (env.CHANNELS_TO_LOOPBACK === "yes" && hostname === "127.0.0.1"))
    return undefined;
  return `must be an address of ${kind === "slack" ? "hooks.slack.com" : "discord.com"}`;
}

/** The address of a feed or a calendar: it opens without signing in, so that other programs can read it. */
function feedUrl(kind: "atom" | "calendar", token: string): string {
  const path = kind === "atom" ? `/v1/feeds/${token}.atom` : `/v1/feeds/${token}.ics`;
  return env.APP_URL ? new URL(path, env.APP_URL).href : path;
}

/** @throws ValiError, Problem `page.cursor` */
export async function list(userId: string, query: v.InferInput<typeof Page>) {
  const { limit, cursor } = v.parse(Page, query);
  const after = decodeCursor(cursor);
  const rows = await sql`
    select ${columns}
      from channels
      join users on users.id = channels.user_id
     where channels.user_id = ${userId}
       ${after === null ? sql`` : sql`and channels.id > ${after}`}
     order by channels.id
     limit ${limit + 1}`;
  return toPage(rows as Info[], limit, ({ id }) => id);
}

/** @throws Problem `channel.missing` (also for another user's) */
export async function get(userId: string, id: string): Promise<Info> {
  const [row] = await sql`
    select ${columns}
      from channels
      join users on users.id = channels.user_id
     where channels.id = ${id}
       and channels.user_id = ${userId}`;
  if (!row) throw missing();
  return row as Info;
}

/**
 * Renames, pauses or turns on a channel, or chooses what it is told about. One that was turned off is tried again only
 * after `on`: pausing leaves it off, with its reason. What waits for it already is sent.
 * @throws ValiError, Problem `channel.missing`, `channel.unproven` for a Telegram channel whose bot was not opened,
 * `channel.fixed` for what a feed or a calendar is about
 */
export async function update(userId: string, id: string, input: unknown): Promise<Info> {
  const { name, about, status } = v.parse(Update, input);
  if (status === "on" || about !== undefined) {
    const { kind, offBecause } = await get(userId, id);
    if (about !== undefined && isRead(kind))
      throw new Problem("conflict", "channel.fixed", "What a feed or a calendar is about cannot be changed.");
    if (status === "on" && kind === "email" && offBecause !== null && reported.includes(offBecause))
      await turnMailOn(userId, id, realNow());
  }
  const isKept = sql`(${status === undefined} or (${status === "paused"} and channels.status = 'off'))`;
  const [row] = await sql`
    with changed as (
      update channels
         set name = case when ${name === undefined} then channels.name else ${name ?? null} end,
             about = case when ${about === undefined} then channels.about else ${about ?? null}::text[] end,
             status = case when ${isKept} then channels.status else ${status ?? null} end,
             off_because = case when ${isKept} then channels.off_because end,
             failing_since = case when ${isKept} then channels.failing_since end,
             on_at = case when ${status === "on"} and channels.status = 'off' then now() else channels.on_at end
       where channels.id = ${id}
         and channels.user_id = ${userId}
         and not (channels.status = 'unproven' and ${status !== undefined})
      returning channels.*
    )
    select ${columns}
      from changed as channels
      join users on users.id = channels.user_id`;
  if (row) return row as Info;
  await get(userId, id);
  throw new Problem("conflict", "channel.unproven", "This channel is not proven yet: open its address first.");
}

/** Feeds and calendars are read by other programs: nothing is sent there. */
const isRead = (kind: Info["kind"]) => kind === "atom" || kind === "calendar";

/** Removes a channel with what waits for it. @throws Problem `channel.missing` */
export async function remove(userId: string, id: string): Promise<void> {
  const [row] = await sql`
    delete from channels
     where channels.id = ${id}
       and channels.user_id = ${userId}
    returning channels.id`;
  if (!row) throw missing();
}

/**
 * Queues a message that says that the channel works. @returns the id of the message
 * @throws Problem `channel.missing`, `channel.off` where nothing is sent to it
 */
export async function test(userId: string, id: string): Promise<Queued> {
  const channel = await get(userId, id);
  if (isRead(channel.kind) || channel.status === "unproven" || channel.status === "off")
    throw new Problem("conflict", "channel.off", "Nothing is sent to this channel.");
  const messageId = newId("msg");
  Outbox.markQueued();
  await sql`
    insert into messages (id, user_id, channel_id, kind, data, request_id)
    select ${messageId}, channels.user_id, channels.id, 'test', '{}', ${requestId() ?? null}
      from channels
     where channels.id = ${id}
       and channels.user_id = ${userId}`;
  return { messageId };
}

/**
 * Makes a new secret for a webhook, or a new address for a feed or a calendar. Events are signed with both secrets for 24
 * hours; an old address ends at once. The first version of the stage's secret gives and seals the new one.
 * @throws Problem `channel.missing`, `channel.fixed` for a channel that has neither
 */
export async function rotate(userId: string, id: string): Promise<Made> {
  const { kind } = await get(userId, id);
  if (kind !== "webhook" && kind !== "atom" && kind !== "calendar")
    throw new Problem("conflict", "channel.fixed", "This channel has no secret of ours.");
  const [found] = await sql`
      select channels.version, channels.sealed
        from channels
       where channels.id = ${id}
         and channels.user_id = ${userId}`;
  const version = Number(found?.version) + 1;
  const sealed = found?.sealed ? (renewOpening(id, String(found.sealed)) ?? null) : null;
  const token = kind === "webhook" ? null : feedToken(id, version);
  const [row] = await sql`
    with changed as (
      update channels
         set version = ${version},
             sealed = coalesce(${sealed}, channels.sealed),
             version_at = now(),
             token_hash = ${token && hashOf(token)}
       where channels.id = ${id}
         and channels.user_id = ${userId}
         and channels.version = ${version - 1}
      returning channels.*
    )
    select ${columns}
      from changed as channels
      join users on users.id = channels.user_id`;
  if (!row) throw new Problem("conflict", "channel.busy", "This channel is changing right now.", { retryAfter: 1 });
  const secret = kind === "webhook" ? shownSecret(id, version) : null;
  return { ...(row as Info), secret, url: kind === "webhook" || token === null ? null : feedUrl(kind, token) };
}
