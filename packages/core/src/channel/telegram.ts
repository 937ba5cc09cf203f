import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { sql } from "../base/db.ts";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { hashOf } from "../base/hash.ts";
import { messageSecrets } from "../base/messagesecret.ts";
import { versionsOf } from "../base/versions.ts";
import { openOpening, sealOpening } from "./opening.ts";
import type { BotAnswer } from "./schema.ts";
import { type Said, wordsOf } from "./telegramwords.ts";

/** The part of an update that is read (https://core.telegram.org/bots/api#update); any other kind has no message. */
const Update = v.object({
  update_id: v.pipe(v.number("must be a number"), v.integer("must be a whole number")),
  message: v.optional(
    v.object({
      /** Seconds since 1970. */
      date: v.pipe(v.number("must be a number"), v.integer("must be a whole number")),
      text: v.optional(v.string("must be text")),
      chat: v.object({
        id: v.pipe(v.number("must be a number"), v.safeInteger("must be a whole number")),
        type: v.string("must be text"),
      }),
      from: v.optional(v.object({ language_code: v.optional(v.string("must be text")) })),
    }),
  ),
});

/** A command in a chat. */
type Told = { chatId: string; update: number; at: string };

/**
 * Obeys an update of the bot: `/start` with a one-time token turns its channel on with this chat, `/stop` pauses the
 * channels of this chat. A repeated update, or one that is older than the last that was obeyed, changes nothing. `secret`
 * is what Telegram sends beside it; only after it is the update `read`. @returns what the bot answers
 * @throws Problem `webhook.secret` for another secret than ours; ValiError
 */
export async function telegram(secret: string | undefined, read: () => unknown): Promise<BotAnswer> {
  if (!isOurs(secret)) throw new Problem("auth", "webhook.secret", "This request is not from Telegram.");
  const { update_id: update, message } = v.parse(Update, read());
  // Only a chat with one person: in a group, another member could stop it.
  if (message?.text === undefined || message.chat.type !== "private") return {};
  const { chat, text, date, from } = message;
  const [command, token] = text.trim().split(/\s+/);
  const told = { chatId: String(chat.id), update, at: new Date(date * 1000).toISOString() };
  const answer = (said: Said, language: string | null | undefined): BotAnswer => ({
    method: "sendMessage",
    chat_id: chat.id,
    text: wordsOf(said, language ?? from?.language_code),
  });
  if (command === "/start" && token !== undefined) {
    const { said, language } = await start(token, told);
    return answer(said, language);
  }
  return answer(command === "/stop" ? await stop(told) : "help", undefined);
}

/** Compares in a time that does not reveal how much is equal. */
function isOurs(given: string | undefined): boolean {
  if (given === undefined) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return versionsOf(env.TELEGRAM_SECRET).some((secret) => timingSafeEqual(digest(given), digest(secret)));
}

/** Turns the channel of a token on, once: the condition stands in the statement, so that two chats cannot both have it. */
async function start(token: string, { chatId, update, at }: Told): Promise<{ said: Said; language?: string | null }> {
  const hash = hashOf(token);
  const [row] = await sql`
    select channels.id,
           channels.sealed,
           coalesce(channels.token_until > now(), false) as "isOpen",
           users.language
      from channels
      join users on users.id = channels.user_id
     where channels.token_hash = ${hash}
       and channels.kind = 'telegram'`;
  if (!row) return { said: "unknown" };
  const { id, sealed, isOpen, language } = row as {
    id: string;
    sealed: string | null;
    isOpen: boolean;
    language: string | null;
  };
  const [started] = await sql`
    update channels
       set status = 'on',
           sealed = ${sealOpening(id, { chatId })},
           chat_key = ${keysOf(chatId)[0]},
           told_update = ${update},
           told_at = ${at}
     where channels.id = ${id}
       and channels.token_hash = ${hash}
       and channels.status = 'unproven'
       and channels.sealed is null
       and channels.token_until > now()
    returning channels.id`;
  if (started) return { said: "started", language };
  const opened = sealed === null ? undefined : openOpening<{ chatId: string }>(id, sealed);
  // A repetition of the update that turned it on.
  if (opened?.chatId === chatId) return { said: "started", language };
  return { said: sealed !== null || isOpen ? "used" : "expired", language };
}

async function stop({ chatId, update, at }: Told): Promise<Said> {
  const rows = await sql`
    update channels
       set status = 'paused',
           told_update = ${update},
           told_at = ${at}
     where channels.chat_key = any(${keysOf(chatId)}::text[])
       and channels.kind = 'telegram'
       and channels.status = 'on'
       and channels.told_update is distinct from ${update}::bigint
       and coalesce(channels.told_at <= ${at}::timestamptz, true)
    returning channels.id`;
  return rows.length > 0 ? "stopped" : "nothing";
}

/** What a chat is found by, with each secret of the stage, the present one first. */
export const keysOf = (chatId: string) =>
  messageSecrets().map((secret) => createHmac("sha256", secret).update(`chat ${chatId}`).digest("base64url"));
