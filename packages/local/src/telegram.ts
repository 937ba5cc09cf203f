import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { type Answer, type Server, same, serve } from "./http.ts";

/** A line of a chat, oldest first; `from` is the bot or the person. */
export type Line = { id: number; from: "bot" | "person"; text: string };

/** What Telegram sends to a webhook. */
type Update = { update_id: number; message: Record<string, unknown> };

/**
 * Telegram's Bot API with one bot, and the people who write to it. `write` is a person's message: it makes an update and
 * sends it to the webhook; `again` sends one once more. `block` is a person who blocks the bot; `throttle` lets the bot
 * wait for this many seconds at its next message.
 */
export type TelegramBot = Server & {
  bot: string;
  token: string;
  /** Sets the webhook, as the method setWebhook does. */
  tell: (url: string, secret: string) => Promise<void>;
  lines: (chat: number) => Line[];
  write: (chat: number, text: string) => Promise<Update>;
  again: (update: Update) => Promise<number>;
  block: (chat: number) => void;
  throttle: (seconds: number) => void;
};

const mostCharacters = 4_096;
const mostBytes = 1024 * 1024;

const ChatId = v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.regex(/^-?\d{1,16}$/))]);
/** The fields that the product uses. Any other is refused, so that a misspelling is noticed. */
const SendMessage = v.strictObject({
  chat_id: ChatId,
  text: v.string(),
  link_preview_options: v.optional(v.strictObject({ is_disabled: v.optional(v.boolean()) })),
});
const SetWebhook = v.strictObject({
  url: v.union([v.literal(""), v.pipe(v.string(), v.url())]),
  secret_token: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/))),
});

/** Speaks the protocol of https://core.telegram.org/bots/api to the one who has the token of its bot. */
export async function startTelegram(port = 0): Promise<TelegramBot> {
  const bot = "travel_conductor_bot";
  const token = `110201543:${randomBytes(24).toString("base64url")}`;
  const chats = new Map<number, { lines: Line[]; blocked: boolean }>();
  let webhook = { url: "", secret: "" };
  let pause = 0;
  let lastMessage = 0;
  let lastUpdate = 700_000_000;

  const methods: Record<string, (input: unknown) => Answer> = {
    getMe: () => done({ id: 110_201_543, is_bot: true, first_name: "Travel Conductor", username: bot }),
    setWebhook(input) {
      const given = v.safeParse(SetWebhook, input);
      if (!given.success) return refused(400, "Bad Request: bad webhook");
      webhook = { url: given.output.url, secret: given.output.secret_token ?? "" };
      return done(true);
    },
    sendMessage(input) {
      const given = v.safeParse(SendMessage, input);
      if (!given.success) return refused(400, `Bad Request: ${v.getDotPath(given.issues[0]) ?? "body"} is wrong`);
      if (pause > 0) {
        const after = pause;
        pause = 0;
        return refused(429, `Too Many Requests: retry after ${after}`, { retry_after: after });
      }
      return say(Number(given.output.chat_id), given.output.text);
    },
  };

  function say(id: number, text: string): Answer {
    const chat = chats.get(id);
    // A bot cannot begin a chat.
    if (!chat) return refused(400, "Bad Request: chat not found");
    if (chat.blocked) return refused(403, "Forbidden: bot was blocked by the user");
    if (text.trim() === "") return refused(400, "Bad Request: message text is empty");
    if (text.length > mostCharacters) return refused(400, "Bad Request: message is too long");
    const line: Line = { id: ++lastMessage, from: "bot", text: text.trim() };
    chat.lines.push(line);
    return done({ message_id: line.id, date: seconds(), chat: { id, type: "private" }, text: line.text });
  }

  async function handle({ method, url = "", headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const [, given = "", name = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(url) ?? [];
    if (given === "") return refused(404, "Not Found");
    if (!same(given, token)) return refused(401, "Unauthorized");
    const call = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!call) return refused(404, "Not Found");
    if (body.length === 0) return call({});
    if (method !== "POST" || !/^application\/json/.test(headers["content-type"] ?? ""))
      return refused(400, "Bad Request: the body is not JSON");
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), body.toString());
    return parsed.success ? call(parsed.output) : refused(400, "Bad Request: can't parse JSON object");
  }

  /** Sends an update as Telegram does, and does what the answer asks for. @returns the status of the answer */
  async function again(update: Update): Promise<number> {
    const response = await fetch(webhook.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(webhook.secret ? { "x-telegram-bot-api-secret-token": webhook.secret } : {}),
      },
      body: JSON.stringify(update),
    });
    const text = await response.text();
    if (!response.ok || text === "") return response.status;
    const { method, ...input } = JSON.parse(text) as { method?: string };
    if (method && Object.hasOwn(methods, method)) methods[method]?.(input);
    return response.status;
  }

  return {
    ...(await serve(handle, mostBytes, port)),
    bot,
    token,
    lines: (chat) => [...(chats.get(chat)?.lines ?? [])],
    again,
    tell: async (url, secret) => {
      methods.setWebhook?.({ url, secret_token: secret });
    },
    async write(id, text) {
      const chat = chats.get(id) ?? { lines: [], blocked: false };
      chats.set(id, { ...chat, blocked: false });
      chat.lines.push({ id: ++lastMessage, from: "person", text });
      const person = { id, is_bot: false, first_name: "Robin", language_code: "en" };
      const message = {
        message_id: lastMessage,
        from: person,
        chat: { id, first_name: "Robin", type: "private" },
        date: seconds(),
        text,
        ...(text.startsWith("/")
          ? { entities: [{ type: "bot_command", offset: 0, length: text.split(" ")[0]!.length }] }
          : {}),
      };
      const update = { update_id: ++lastUpdate, message };
      if (webhook.url) await again(update);
      return update;
    },
    block(id) {
      const chat = chats.get(id);
      if (chat) chat.blocked = true;
    },
    throttle: (seconds) => {
      pause = seconds;
    },
  };
}

const seconds = () => Math.floor(Date.now() / 1000);
const done = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } });

function refused(status: number, description: string, parameters?: object): Answer {
  return { status, body: { ok: false, error_code: status, description, ...(parameters && { parameters }) } };
}
