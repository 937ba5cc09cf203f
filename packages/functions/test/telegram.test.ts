import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import * as Delivery from "@travel-conductor/core/delivery";
import { startDoor } from "@travel-conductor/local/door";
import { telegram } from "@travel-conductor/local/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { app } from "../src/api/index.ts";
import * as a from "./support/client.ts";

const door = await startDoor(0);
const bot = (method: string, body: object, token = telegram.token) =>
  fetch(`${telegram.url}/bot${token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

beforeAll(async () => {
  door.open(app);
  const webhook = { url: `${door.url}/v1/webhooks/telegram`, secret_token: env.TELEGRAM_SECRET };
  expect(await (await bot("setWebhook", webhook)).json()).toEqual({ ok: true, result: true });
});
afterAll(door.stop);

let chats = 5_000_000_000;
const said = (chat: number) =>
  telegram
    .lines(chat)
    .filter(({ from }) => from === "bot")
    .map(({ text }) => text);

/** A Telegram channel that is not proven yet, with the text that opening its address sends to the bot. */
async function added(token: string): Promise<{ id: string; start: string }> {
  const { id, url, status } = await a.read(
    await a.call("POST", "/v1/channels", { token, body: { kind: "telegram" } }),
    201,
  );
  expect(status).toBe("unproven");
  const [, start] = /^https:\/\/t\.me\/travel_conductor_bot\?start=([\w-]{1,64})$/.exec(url) ?? [];
  return { id, start: `/start ${start}` };
}
const state = async (token: string, id: string) =>
  (await a.read(await a.call("GET", `/v1/channels/${id}`, { token }), 200)).status;

async function connected() {
  const { token, userId } = await a.user();
  const [{ id, start }, chat] = [await added(token), ++chats];
  const update = await telegram.write(chat, start);
  expect(await state(token, id)).toBe("on");
  return { token, userId, id, start, chat, update };
}
const deliver = () => Delivery.deliver(new Date(Date.now() + 60_000));
const outcome = async (id: string) => {
  const [row] = await sql`
    select messages.status, messages.failure, messages.attempts,
           round(extract(epoch from messages.due_at - now()))::int as wait
      from messages
     where messages.channel_id = ${id}
     order by messages.id desc
     limit 1`;
  return row;
};

test("opening the bot's address turns the channel on once, and the test message comes to that chat", async () => {
  const { token, id, start, chat } = await connected();
  expect(said(chat)).toEqual([expect.stringContaining("This chat is connected.")]);
  const [row] = await sql`select channels.sealed, channels.chat_key as key from channels where channels.id = ${id}`;
  expect(JSON.stringify(row)).not.toContain(String(chat));

  const other = ++chats;
  await telegram.write(other, start);
  expect(said(other)).toEqual([expect.stringContaining("was used already")]);
  await a.read(await a.call("POST", `/v1/channels/${id}/test`, { token }), 202);
  await deliver();
  expect(said(chat)[1]).toBe(
    `This channel works\nYou asked Travel Conductor for this message. Alerts will come here.\nhttp://localhost:3000/account/channels`,
  );
  expect(said(other)).toHaveLength(1);
  expect(await outcome(id)).toMatchObject({ status: "sent", attempts: 1 });
});

test("two chats that open it at once: one has it", async () => {
  const { token } = await a.user();
  const { id, start } = await added(token);
  const pair = [++chats, ++chats];
  await Promise.all(pair.map((chat) => telegram.write(chat, start)));
  const answers = pair.flatMap(said).sort();
  expect(answers).toEqual([expect.stringContaining("is connected"), expect.stringContaining("was used already")]);
  expect(await state(token, id)).toBe("on");
});

test("an unknown and an expired token turn nothing on, and say so in the person's language", async () => {
  const { token, userId } = await a.user();
  const { id, start } = await added(token);
  const chat = ++chats;
  await telegram.write(chat, "/start AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await sql`update channels set token_until = now() - interval '1 second' where channels.id = ${id}`;
  await sql`update users set language = 'de-AT' where users.id = ${userId}`;
  await telegram.write(chat, start);
  expect(said(chat)).toEqual([
    expect.stringContaining("This link is not known."),
    expect.stringContaining("Dieser Link ist abgelaufen."),
  ]);
  expect(await state(token, id)).toBe("unproven");
});

test("/stop pauses the channels of the chat alone; a repeated or an older update changes nothing", async () => {
  const [one, other] = [await connected(), await connected()];
  const stop = await telegram.write(one.chat, "/stop");
  expect([await state(one.token, one.id), await state(other.token, other.id)]).toEqual(["paused", "on"]);
  await telegram.write(one.chat, "/stop");
  expect(said(one.chat).slice(1)).toEqual([
    expect.stringContaining("Alerts are paused here."),
    expect.stringContaining("nothing to pause"),
  ]);
  // The link that was used does not turn it on again.
  expect(await telegram.again(one.update)).toBe(200);
  expect(await state(one.token, one.id)).toBe("paused");

  await a.read(await a.call("PATCH", `/v1/channels/${one.id}`, { token: one.token, body: { status: "on" } }), 200);
  expect(await telegram.again(stop)).toBe(200);
  const old = { ...stop, update_id: stop.update_id + 1_000, message: { ...stop.message, date: 1_700_000_000 } };
  expect(await telegram.again(old)).toBe(200);
  expect(await state(one.token, one.id)).toBe("on");
});

test("a person who blocked the bot turns the channel off; a pause that Telegram asks for is kept", async () => {
  const { token, id, chat } = await connected();
  const send = async () => {
    await a.read(await a.call("POST", `/v1/channels/${id}/test`, { token }), 202);
    await deliver();
    return outcome(id);
  };
  telegram.block(chat);
  expect(await send()).toMatchObject({ status: "failed", failure: "403 Forbidden: bot was blocked by the user" });
  const channel = await a.read(await a.call("GET", `/v1/channels/${id}`, { token }), 200);
  expect(channel).toMatchObject({ status: "off", offBecause: "gone" });

  const next = await connected();
  telegram.throttle(3_000);
  await a.read(await a.call("POST", `/v1/channels/${next.id}/test`, { token: next.token }), 202);
  await deliver();
  const delayed = await outcome(next.id);
  expect(delayed).toMatchObject({ status: "pending", failure: "429 Too Many Requests: retry after 3000" });
  expect(Number(delayed?.wait)).toBeGreaterThan(2_990);
  // Until then nothing is sent for the whole bot.
  const third = await connected();
  await a.read(await a.call("POST", `/v1/channels/${third.id}/test`, { token: third.token }), 202);
  await deliver();
  expect(await outcome(third.id)).toMatchObject({ status: "pending", failure: "resting" });
  expect(said(third.chat)).toHaveLength(1);
});

test("without Telegram's secret nothing is read or written", async () => {
  const { token } = await a.user();
  const { id, start } = await added(token);
  const secret = env.TELEGRAM_SECRET ?? "";
  const before = await sql`select channels::text from channels order by channels.id`;
  for (const given of [undefined, "", "x", secret.slice(1), `${secret}x`, secret.toUpperCase()])
    for (const body of [a.update(start), "{"]) {
      const headers: Record<string, string> = given === undefined ? {} : { "x-telegram-bot-api-secret-token": given };
      const refused = await a.call("POST", "/v1/webhooks/telegram", { headers, body });
      expect(await a.read(refused, 401)).toMatchObject({ code: "webhook.secret" });
    }
  expect(await sql`select channels::text from channels order by channels.id`).toEqual(before);
  expect(await state(token, id)).toBe("unproven");
});

test("what is no command, no message or no chat of one person is answered, and does nothing", async () => {
  const post = (body: unknown) => a.call("POST", "/v1/webhooks/telegram", { headers: a.fromTelegram, body });
  const { token } = await a.user();
  const { id, start } = await added(token);
  const group = a.update(start);
  group.message.chat.type = "group";
  for (const body of [group, { update_id: 5, edited_message: {} }, { update_id: 6, my_chat_member: { chat: {} } }])
    expect(await a.read(await post(body), 200)).toEqual({});
  for (const text of ["hello", "/start", "/help", "  ", "/START x"])
    expect(await a.read(await post(a.update(text)), 200)).toMatchObject({ text: expect.stringContaining("Add a") });
  for (const body of [{}, { update_id: "1" }, a.update("x", { date: 0.5 }), a.update("x", { chat: 2 ** 60 })])
    expect(await a.read(await post(body), 422)).toMatchObject({ code: "request.invalid" });
  expect(await a.read(await post("{"), 400)).toMatchObject({ code: "request.unreadable" });
  expect(await state(token, id)).toBe("unproven");
});

test("the stand-in refuses what the Bot API refuses", async () => {
  const refusal = async (answer: Promise<Response>) => {
    const response = await answer;
    const { ok, error_code, description } = (await response.json()) as Record<string, unknown>;
    expect([ok, error_code]).toEqual([false, response.status]);
    return description;
  };
  const chat = ++chats;
  const text = "Hello";
  expect(await refusal(bot("sendMessage", { chat_id: chat, text }, "1:wrong"))).toBe("Unauthorized");
  expect(await refusal(bot("sendMassage", { chat_id: chat, text }))).toBe("Not Found");
  expect(await refusal(bot("sendMessage", { chat_id: chat, text }))).toBe("Bad Request: chat not found");
  await telegram.write(chat, "/start");
  expect(await refusal(bot("sendMessage", { chat_id: chat, text: " " }))).toBe("Bad Request: message text is empty");
  expect(await refusal(bot("sendMessage", { chat_id: chat, text: "x".repeat(4_097) }))).toBe(
    "Bad Request: message is too long",
  );
  expect((await bot("sendMessage", { chat_id: chat, text })).status).toBe(200);
});
